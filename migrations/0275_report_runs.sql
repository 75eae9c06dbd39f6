-- Reports that somebody took out: what they said then, for whom, and by what the file is known again (docs/reports.md).

-- Append only. Figures and no rows: nothing of whose a subscription is.
create table report_run (
    tenant_id uuid not null constraint report_run_tenant_fkey references sys.tenant (id),
    id uuid not null,
    code text not null constraint report_run_code check (code ~ '^r[0-9]{2}$'),
    at timestamptz not null,
    actor text not null,
    user_id uuid,
    -- The day that the record was shown of.
    day date not null,
    -- Which units, in words.
    scope text not null,
    -- The choices as they stand in an address: the report can be asked for again.
    choices text not null default '',
    format text not null constraint report_run_format check (format in ('csv', 'xlsx')),
    row_count integer not null,
    -- The body it was for, when it meets, and where its decision is found.
    body text not null default '',
    meeting_on date,
    case_number text not null default '',
    paragraph text not null default '',
    -- [{label, value, note}]
    figures jsonb not null,
    -- Of the file's bytes.
    content_sha256 bytea not null constraint report_run_sha256 check (octet_length(content_sha256) = 32),
    constraint report_run_pkey primary key (tenant_id, id)
);
create index report_run_code_idx on report_run (tenant_id, code, at desc);

select app.make_tenant_table('report_run', false, 'select, insert');
