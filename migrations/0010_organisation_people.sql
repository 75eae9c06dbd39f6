-- Organisation (C01), persons and employments, and who may do what (rules 4).

create table org_unit (
    tenant_id uuid not null constraint org_unit_tenant_fkey references sys.tenant (id),
    id uuid not null,
    code text not null constraint org_unit_code_given check (code <> ''),
    name text not null constraint org_unit_name_given check (name <> ''),
    kind text not null constraint org_unit_kind check (kind in ('kommun', 'namnd', 'forvaltning', 'avdelning', 'enhet', 'bolag')),
    parent_id uuid,
    head_person_id uuid,
    -- The head as the file wrote it, while no person could be found.
    head_text text,
    valid_from date,
    -- Last day in force, inclusive.
    valid_to date,
    successor_id uuid,
    in_scope boolean not null default true,
    version integer not null default 1,
    constraint org_unit_pkey primary key (tenant_id, id),
    constraint org_unit_code_key unique (tenant_id, code),
    constraint org_unit_parent_fkey foreign key (tenant_id, parent_id) references org_unit (tenant_id, id),
    constraint org_unit_successor_fkey foreign key (tenant_id, successor_id) references org_unit (tenant_id, id),
    constraint org_unit_valid_order check (valid_to is null or valid_from is null or valid_to >= valid_from),
    constraint org_unit_not_own_parent check (parent_id is distinct from id)
);
create index org_unit_parent_idx on org_unit (tenant_id, parent_id);
create index org_unit_successor_idx on org_unit (tenant_id, successor_id);

create table person (
    tenant_id uuid not null constraint person_tenant_fkey references sys.tenant (id),
    id uuid not null,
    given_names text not null default '',
    family_name text not null default '',
    -- "Förnamn Efternamn" as shown.
    display_name text not null constraint person_name_given check (display_name <> ''),
    earlier_names text[] not null default '{}',
    -- Normal form for search and matching (rules 2.2 k1).
    name_key text not null default '',
    -- Encrypted (rules 9.5); the keyed hash is for matching only.
    personal_id_cipher bytea,
    personal_id_hash bytea,
    birth_year integer,
    -- Both in lower case: an index on lower(…) cannot be used under row-level security, since lower() may leak.
    email text constraint person_email_lower check (email = lower(email)),
    login text constraint person_login_lower check (login = lower(login)),
    -- E.164.
    work_mobile text,
    -- Skyddade personuppgifter (rules 9.6).
    is_protected boolean not null default false,
    version integer not null default 1,
    constraint person_pkey primary key (tenant_id, id)
);
create unique index person_personal_id_key on person (tenant_id, personal_id_hash) where personal_id_hash is not null;
create index person_login_idx on person (tenant_id, login);
create index person_email_idx on person (tenant_id, email);
create index person_name_key_idx on person (tenant_id, name_key);
create index person_mobile_idx on person (tenant_id, work_mobile) where work_mobile is not null;
alter table org_unit add constraint org_unit_head_fkey foreign key (tenant_id, head_person_id) references person (tenant_id, id);
create index org_unit_head_idx on org_unit (tenant_id, head_person_id);

create table staff_snapshot (
    tenant_id uuid not null constraint staff_snapshot_tenant_fkey references sys.tenant (id),
    id uuid not null,
    taken_on date not null,
    is_full boolean not null default true,
    -- The förvaltning that it covers, when it is not the whole municipality.
    org_unit_id uuid,
    source text not null default '',
    row_count integer not null default 0,
    constraint staff_snapshot_pkey primary key (tenant_id, id),
    constraint staff_snapshot_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id),
    constraint staff_snapshot_reach check (is_full = (org_unit_id is null))
);
create index staff_snapshot_unit_idx on staff_snapshot (tenant_id, org_unit_id);
create index staff_snapshot_taken_idx on staff_snapshot (tenant_id, taken_on desc);

-- Employments and assignments (uppdrag: konsult, förtroendevald, praktikant …).
create table employment (
    tenant_id uuid not null constraint employment_tenant_fkey references sys.tenant (id),
    id uuid not null,
    person_id uuid not null,
    kind text not null default 'anstallning' constraint employment_kind check (kind in ('anstallning', 'uppdrag')),
    company_code text not null default '',
    employee_no text not null default '',
    org_unit_id uuid,
    unit_text text not null default '',
    form text not null default '',
    title text not null default '',
    start_date date,
    -- Last day, inclusive; null = none stated.
    end_date date,
    status text not null default 'aktiv' constraint employment_status check (status in ('aktiv', 'tjanstledig', 'kommande', 'avslutad')),
    is_main boolean not null default true,
    is_manager boolean not null default false,
    percent numeric(6, 2),
    manager_employee_no text,
    first_snapshot_id uuid,
    -- The snapshot that ought to have held it and did not; null = it was in the newest one that covers it, or was never in
    -- any. Only what goes missing or comes back is written, so that the history of 40 000 employments stays small.
    missing_from_snapshot_id uuid,
    constraint employment_pkey primary key (tenant_id, id),
    constraint employment_person_fkey foreign key (tenant_id, person_id) references person (tenant_id, id),
    constraint employment_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id),
    constraint employment_first_snapshot_fkey foreign key (tenant_id, first_snapshot_id) references staff_snapshot (tenant_id, id),
    constraint employment_missing_from_fkey foreign key (tenant_id, missing_from_snapshot_id) references staff_snapshot (tenant_id, id)
);
create index employment_person_idx on employment (tenant_id, person_id);
create index employment_unit_idx on employment (tenant_id, org_unit_id);
create index employment_no_idx on employment (tenant_id, employee_no);
create index employment_first_snapshot_idx on employment (tenant_id, first_snapshot_id);
create index employment_missing_from_idx on employment (tenant_id, missing_from_snapshot_id);

-- The tenant's side of a user: the person in the register that the user is.
create table member_profile (
    tenant_id uuid not null constraint member_profile_tenant_fkey references sys.tenant (id),
    id uuid not null,
    user_id uuid not null,
    person_id uuid,
    constraint member_profile_pkey primary key (tenant_id, id),
    constraint member_profile_user_key unique (tenant_id, user_id),
    constraint member_profile_membership_fkey foreign key (tenant_id, user_id) references sys.membership (tenant_id, user_id),
    constraint member_profile_person_fkey foreign key (tenant_id, person_id) references person (tenant_id, id)
);
create index member_profile_person_idx on member_profile (tenant_id, person_id);

-- A role in the application (rules 4.1), for the whole municipality or from a unit downwards.
create table role_grant (
    tenant_id uuid not null constraint role_grant_tenant_fkey references sys.tenant (id),
    id uuid not null,
    user_id uuid not null,
    role text not null,
    org_unit_id uuid,
    valid_from date not null,
    valid_to date,
    constraint role_grant_pkey primary key (tenant_id, id),
    constraint role_grant_role check (role in ('tenant_admin', 'it_unit', 'licence_manager', 'subscription_manager',
        'procurement', 'contract_officer', 'catalogue_owner', 'strategist', 'hr_admin', 'finance', 'unit_admin', 'manager',
        'infosec', 'auditor', 'board_viewer', 'protected_identity')),
    constraint role_grant_membership_fkey foreign key (tenant_id, user_id) references sys.membership (tenant_id, user_id),
    constraint role_grant_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id)
);
create index role_grant_user_idx on role_grant (tenant_id, user_id);
create index role_grant_unit_idx on role_grant (tenant_id, org_unit_id);

select app.make_tenant_table(t::regclass) from unnest(array['org_unit', 'person', 'staff_snapshot', 'employment',
    'member_profile', 'role_grant']) t;
