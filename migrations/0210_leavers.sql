-- Lists of those whose employment ends (C19; F19, F20, F27), month by month and sender by sender (rules 2.10).

-- Who sends a list each month, for which förvaltningar, and what its codes mean.
create table leaver_sender (
    tenant_id uuid not null constraint leaver_sender_tenant_fkey references sys.tenant (id),
    id uuid not null,
    -- By what its files are known again: the source that was told, or the file's name without month and number.
    key text not null constraint leaver_sender_key_given check (key <> ''),
    name text not null constraint leaver_sender_name_given check (name <> ''),
    -- "01 egen uppsägning, 02 pension": the sender's own codes, as rules::leaver_matching::ReasonTable reads them.
    reasons text not null default '',
    -- The day of the month's list: this many working days into the month after. Null = the municipality's setting.
    due_workday integer constraint leaver_sender_due_workday check (due_workday between 1 and 22),
    -- The first month that a list is expected for; null = from its first list.
    expected_from date,
    is_active boolean not null default true,
    version integer not null default 1,
    constraint leaver_sender_pkey primary key (tenant_id, id),
    constraint leaver_sender_key_key unique (tenant_id, key)
);

-- The förvaltningar that a sender answers for.
create table leaver_sender_unit (
    tenant_id uuid not null,
    id uuid not null,
    sender_id uuid not null,
    org_unit_id uuid not null,
    -- Seen in its lists, not chosen by a person: a person's choice goes before.
    is_found boolean not null default true,
    constraint leaver_sender_unit_pkey primary key (tenant_id, id),
    constraint leaver_sender_unit_key unique (tenant_id, sender_id, org_unit_id),
    constraint leaver_sender_unit_sender_fkey foreign key (tenant_id, sender_id) references leaver_sender (tenant_id, id) on delete cascade,
    constraint leaver_sender_unit_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id) on delete cascade
);
create index leaver_sender_unit_unit_idx on leaver_sender_unit (tenant_id, org_unit_id);

-- A sender's list for a month, or its word that there was nobody.
create table leaver_list (
    tenant_id uuid not null,
    id uuid not null,
    sender_id uuid not null,
    -- First day of the month.
    period date not null constraint leaver_list_period_first check (extract(day from period) = 1),
    -- The import run; null for a word without a file. No foreign key, as for subscription_list.
    run_id uuid,
    received_on date not null,
    row_count integer not null default 0,
    -- Somebody said that there was nobody: in the file, or on the page.
    says_nobody boolean not null default false,
    said_by text not null default '',
    note text not null default '',
    constraint leaver_list_pkey primary key (tenant_id, id),
    constraint leaver_list_sender_fkey foreign key (tenant_id, sender_id) references leaver_sender (tenant_id, id)
);
create index leaver_list_sender_idx on leaver_list (tenant_id, sender_id, period);
create index leaver_list_run_idx on leaver_list (tenant_id, run_id);

create table leaver_row (
    tenant_id uuid not null,
    id uuid not null,
    list_id uuid not null,
    row_no integer not null,
    company text not null default '',
    employee_no text not null default '',
    -- Only the keyed hash (person.personal_id), for matching: the number itself is not kept.
    personal_id_hash bytea,
    family_name text not null default '',
    given_names text not null default '',
    -- The name where it is one column.
    full_name text not null default '',
    department_text text not null default '',
    unit_code text not null default '',
    unit_text text not null default '',
    org_unit_id uuid,
    form text not null default '',
    title text not null default '',
    start_date date,
    -- Last day, inclusive.
    end_date date not null,
    reason_text text not null default '',
    event_text text not null default '',
    manager text not null default '',
    manager_email text not null default '',
    manager_no text not null default '',
    email text not null default '',
    login text not null default '',
    mobile text,
    new_employment boolean not null default false,
    -- The list hides who it is.
    is_hidden boolean not null default false,
    -- Taken from HR's word on the screen: not a leaver after all, and why (L10).
    withdrawn_on date,
    withdrawn_reason text not null default '',
    constraint leaver_row_pkey primary key (tenant_id, id),
    constraint leaver_row_no_key unique (tenant_id, list_id, row_no),
    constraint leaver_row_list_fkey foreign key (tenant_id, list_id) references leaver_list (tenant_id, id),
    constraint leaver_row_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id)
        on delete set null (org_unit_id) deferrable
);
create index leaver_row_unit_idx on leaver_row (tenant_id, org_unit_id);

select app.make_tenant_table(t::regclass) from unnest(array['leaver_sender', 'leaver_sender_unit', 'leaver_list', 'leaver_row']) t;
