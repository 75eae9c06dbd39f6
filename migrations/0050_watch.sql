-- Flags that watch rules open, and what people did with them (C09, C39, rules 1.8, 7).

create table watch_flag (
    tenant_id uuid not null constraint watch_flag_tenant_fkey references sys.tenant (id),
    id uuid not null,
    rule text not null,
    object_kind text not null,
    object_id uuid not null,
    -- The day the flag is about; '0001-01-01' stands for "no day", so that the key below is exact.
    due_date date not null,
    title text not null,
    detail text not null default '',
    -- For action_due: the smallest of 7, 30, 90, 180, 270, 365 days that holds (rules 1.8).
    stage smallint,
    severity text not null default 'normal' constraint watch_flag_severity check (severity in ('info', 'normal', 'urgent')),
    owner_unit_id uuid,
    state text not null default 'open' constraint watch_flag_state check (state in ('open', 'snoozed', 'resolved', 'decided')),
    opened_at timestamptz not null,
    snoozed_until date,
    reason text not null default '',
    decided_by uuid,
    closed_at timestamptz,
    constraint watch_flag_pkey primary key (tenant_id, id),
    constraint watch_flag_key unique (tenant_id, object_kind, object_id, rule, due_date),
    constraint watch_flag_unit_fkey foreign key (tenant_id, owner_unit_id) references org_unit (tenant_id, id)
);
create index watch_flag_open_idx on watch_flag (tenant_id, due_date, id) where state in ('open', 'snoozed');
create index watch_flag_unit_idx on watch_flag (tenant_id, owner_unit_id);

-- To whom a flag goes: the holder of a role on the object, else the head of the unit, else everyone with an
-- application role (it_unit). `via` says which, so that a reader sees why.
create table flag_recipient (
    tenant_id uuid not null,
    id uuid not null,
    flag_id uuid not null,
    person_id uuid,
    app_role text,
    via text not null,
    seen_at timestamptz,
    constraint flag_recipient_pkey primary key (tenant_id, id),
    constraint flag_recipient_flag_fkey foreign key (tenant_id, flag_id) references watch_flag (tenant_id, id) on delete cascade,
    constraint flag_recipient_person_fkey foreign key (tenant_id, person_id) references person (tenant_id, id),
    constraint flag_recipient_someone check (num_nonnulls(person_id, app_role) = 1)
);
create index flag_recipient_flag_idx on flag_recipient (tenant_id, flag_id);
create index flag_recipient_person_idx on flag_recipient (tenant_id, person_id);

-- When the rules were last run, and what came of it.
create table watch_run (
    tenant_id uuid not null constraint watch_run_tenant_fkey references sys.tenant (id),
    id uuid not null,
    ran_at timestamptz not null,
    today date not null,
    opened integer not null,
    resolved integer not null,
    open_after integer not null,
    constraint watch_run_pkey primary key (tenant_id, id)
);
create index watch_run_ran_idx on watch_run (tenant_id, ran_at desc);

select app.make_tenant_table(t::regclass) from unnest(array['watch_flag', 'flag_recipient', 'watch_run']) t;
