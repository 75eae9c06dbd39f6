-- Files that were taken in (C49): the file itself, each run of a sheet of it, what each row became, and how a source's
-- columns were mapped.

-- The bytes lie in the database: the same border, the same backup and the same transaction as what came of them
-- (docs/decisions). Emptied when the law or the retention rule says so; the hash stays.
create table import_file (
    tenant_id uuid not null constraint import_file_tenant_fkey references sys.tenant (id),
    id uuid not null,
    sha256 bytea not null constraint import_file_sha256_length check (length(sha256) = 32),
    name text not null constraint import_file_name_given check (name <> ''),
    size integer not null,
    content bytea,
    received_at timestamptz not null,
    user_id uuid,
    actor text not null,
    constraint import_file_pkey primary key (tenant_id, id)
);
create index import_file_sha256_idx on import_file (tenant_id, sha256);

create table import_run (
    tenant_id uuid not null,
    id uuid not null,
    file_id uuid not null,
    sheet text not null default '',
    kind text not null,
    -- Who sends such files; its mappings are remembered.
    source text not null default '',
    unit_id uuid,
    -- First day of the month that the list is of.
    period date,
    received_on date not null,
    -- mapping: columns to be chosen; checking, taking_in: a job works; checked: preview.
    state text not null constraint import_run_state check (state in ('mapping', 'checking', 'checked', 'taking_in', 'taken_in', 'failed')),
    -- {field: column index}
    mapping jsonb not null default '{}',
    -- Encoding, delimiter, header row, columns, which rows were titles, sums and notes.
    facts jsonb not null default '{}',
    rows_read integer not null default 0,
    rows_new integer not null default 0,
    rows_changed integer not null default 0,
    rows_unchanged integer not null default 0,
    rows_missing integer not null default 0,
    rows_refused integer not null default 0,
    rows_duplicate integer not null default 0,
    -- Why it failed, in Swedish.
    failure text not null default '',
    created_at timestamptz not null,
    created_by uuid,
    actor text not null,
    taken_in_at timestamptz,
    taken_in_by text,
    change_set_id uuid,
    constraint import_run_pkey primary key (tenant_id, id),
    constraint import_run_file_fkey foreign key (tenant_id, file_id) references import_file (tenant_id, id),
    constraint import_run_unit_fkey foreign key (tenant_id, unit_id) references org_unit (tenant_id, id),
    constraint import_run_change_set_fkey foreign key (tenant_id, change_set_id) references change_set (tenant_id, id)
);
create index import_run_file_idx on import_run (tenant_id, file_id);
create index import_run_unit_idx on import_run (tenant_id, unit_id);
create index import_run_change_set_idx on import_run (tenant_id, change_set_id);
create index import_run_created_idx on import_run (tenant_id, created_at desc);

create table import_row (
    tenant_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    -- Record number in the file, sheet row in a workbook.
    row_no integer not null,
    outcome text not null constraint import_row_outcome check (outcome in ('new', 'changed', 'unchanged', 'refused', 'duplicate')),
    -- What the row is about, in a few words.
    label text not null default '',
    -- [{column, value, code, message}]
    faults jsonb not null default '[]',
    warnings jsonb not null default '[]',
    object_id uuid,
    constraint import_row_pkey primary key (tenant_id, id),
    constraint import_row_run_fkey foreign key (tenant_id, run_id) references import_run (tenant_id, id) on delete cascade,
    constraint import_row_no_key unique (tenant_id, run_id, row_no)
);
create index import_row_object_idx on import_row (tenant_id, object_id) where object_id is not null;

-- How the columns of a source's files were mapped: {folded header: field, "" for none}.
create table import_mapping (
    tenant_id uuid not null constraint import_mapping_tenant_fkey references sys.tenant (id),
    id uuid not null,
    kind text not null,
    source text not null,
    headers jsonb not null,
    constraint import_mapping_pkey primary key (tenant_id, id),
    constraint import_mapping_source_key unique (tenant_id, kind, source)
);

select app.make_tenant_table('import_file', false);
select app.make_tenant_table('import_run');
-- Follows from the file and its run, which have their history.
select app.make_tenant_table('import_row', false);
select app.make_tenant_table('import_mapping');
