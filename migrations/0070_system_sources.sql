-- Where the systems of the register come from, and which of them may be the same (C04, C06).

-- A row of a unit's own system list. A unit that sends its list again is recognised by unit + key, wherever the system
-- that the row became has been merged to since.
create table system_source (
    tenant_id uuid not null,
    id uuid not null,
    system_id uuid not null,
    -- The unit whose list it was; null = a list for the whole municipality.
    unit_id uuid,
    -- The name as written, folded: equal keys are one row.
    row_key text not null constraint system_source_key_given check (row_key <> ''),
    import_run_id uuid,
    file_name text not null,
    sheet text not null default '',
    row_no integer not null,
    -- What the row said, by column of it_system: a value that has been changed in the register since is not overwritten
    -- by a newer list that still says the same.
    said jsonb not null default '{}',
    taken_in_at timestamptz not null,
    -- The first newer list of the unit that no longer had the row.
    missing_since timestamptz,
    constraint system_source_pkey primary key (tenant_id, id),
    constraint system_source_system_fkey foreign key (tenant_id, system_id) references it_system (tenant_id, id),
    constraint system_source_unit_fkey foreign key (tenant_id, unit_id) references org_unit (tenant_id, id),
    constraint system_source_row_key unique nulls not distinct (tenant_id, unit_id, row_key)
);
create index system_source_system_idx on system_source (tenant_id, system_id);
create index system_source_run_idx on system_source (tenant_id, import_run_id);

-- What rules::system_names proposes over the whole register: computed when names change, read by the pages. A proposal is
-- shown while both are live and nobody has decided.
create table same_system_proposal (
    tenant_id uuid not null,
    id uuid not null,
    system_a_id uuid not null,
    system_b_id uuid not null,
    score smallint not null constraint same_system_proposal_score check (score between 0 and 100),
    -- Codes of rules::system_names::Reason.
    reasons text[] not null,
    constraint same_system_proposal_pkey primary key (tenant_id, id),
    constraint same_system_proposal_a_fkey foreign key (tenant_id, system_a_id) references it_system (tenant_id, id) on delete cascade,
    constraint same_system_proposal_b_fkey foreign key (tenant_id, system_b_id) references it_system (tenant_id, id) on delete cascade,
    constraint same_system_proposal_order check (system_a_id < system_b_id),
    constraint same_system_proposal_key unique (tenant_id, system_a_id, system_b_id)
);
create index same_system_proposal_b_idx on same_system_proposal (tenant_id, system_b_id);

select app.make_tenant_table('system_source');
-- Computed, so without history.
select app.make_tenant_table('same_system_proposal', false);
