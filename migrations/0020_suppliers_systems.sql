-- Suppliers (C48) and systems (C02, C03, C04, C06).

create table supplier (
    tenant_id uuid not null constraint supplier_tenant_fkey references sys.tenant (id),
    id uuid not null,
    supplier_no text,
    name text not null constraint supplier_name_given check (name <> ''),
    name_key text not null default '',
    -- Ten digits, Luhn checked.
    org_no text constraint supplier_org_no_form check (org_no ~ '^[0-9]{10}$'),
    city text,
    website text,
    contact text,
    is_blocked boolean not null default false,
    -- supplier_risk (rules 1.8): bankrupt, processing outside EU/EES, no incident clause.
    risk_note text,
    note text not null default '',
    version integer not null default 1,
    constraint supplier_pkey primary key (tenant_id, id)
);
create index supplier_org_no_idx on supplier (tenant_id, org_no);
create index supplier_name_key_idx on supplier (tenant_id, name_key);

create table it_system (
    tenant_id uuid not null constraint it_system_tenant_fkey references sys.tenant (id),
    id uuid not null,
    number integer not null,
    name text not null constraint it_system_name_given check (name <> ''),
    name_key text not null default '',
    short_name text not null default '',
    instance text not null default '',
    description text not null default '',
    purpose text not null default '',
    category text not null default '' constraint it_system_category check (category in ('', 'verksamhetssystem', 'stodsystem',
        'infrastruktur', 'plattform', 'e_tjanst', 'iot', 'sakerhetssystem')),
    phase text not null default 'anvandning' constraint it_system_phase check (phase in ('anskaffning', 'inforande', 'anvandning',
        'avveckling', 'avvecklad', 'avbruten')),
    phase_since date,
    hosting text not null default '' constraint it_system_hosting check (hosting in ('', 'egen_drift', 'leverantorens_drift', 'molntjanst')),
    criticality text not null default '' constraint it_system_criticality check (criticality in ('', 'lag', 'medel', 'hog', 'kritisk')),
    supplier_id uuid,
    -- The förvaltning (or unit) that answers for the system.
    owner_unit_id uuid,
    -- KLASSA 0–4 (rules 3.1); null = not classified, which is not 0.
    level_k smallint constraint it_system_k check (level_k between 0 and 4),
    level_r smallint constraint it_system_r check (level_r between 0 and 4),
    level_t smallint constraint it_system_t check (level_t between 0 and 4),
    level_s smallint constraint it_system_s check (level_s between 0 and 4),
    classified_on date,
    classification_valid_until date,
    klassa_reference text not null default '',
    personal_data text not null default '' constraint it_system_personal_data check (personal_data in ('', 'nej', 'ja', 'kansliga')),
    controller_unit_id uuid,
    contract_end_text text not null default '',
    contract_end date,
    notice_text text not null default '',
    option_text text not null default '',
    case_number text not null default '',
    annual_cost numeric(14, 2),
    user_count integer,
    plan_year integer,
    product_version text not null default '',
    login_method text not null default '',
    data_country text not null default '',
    rto_hours numeric(8, 2),
    rpo_hours numeric(8, 2),
    reserve_routine text not null default '',
    restore_tested_on date,
    end_of_support date,
    planned_decommission date,
    next_review date,
    risk_reviewed_on date,
    archive_note text not null default '',
    uses_ai boolean,
    nis2_relevant boolean,
    dos_scope boolean,
    accessibility_url text not null default '',
    cost_centre text not null default '',
    replaces_text text not null default '',
    it_contact text not null default '',
    note text not null default '',
    -- OSL 18 kap. 8 §: shown only by individual grant.
    secret_note text not null default '',
    -- Set when a person decided that this is the same as another system; undone with the change set.
    merged_into_id uuid,
    version integer not null default 1,
    constraint it_system_pkey primary key (tenant_id, id),
    constraint it_system_number_key unique (tenant_id, number),
    constraint it_system_supplier_fkey foreign key (tenant_id, supplier_id) references supplier (tenant_id, id),
    constraint it_system_owner_unit_fkey foreign key (tenant_id, owner_unit_id) references org_unit (tenant_id, id),
    constraint it_system_controller_fkey foreign key (tenant_id, controller_unit_id) references org_unit (tenant_id, id),
    constraint it_system_merged_fkey foreign key (tenant_id, merged_into_id) references it_system (tenant_id, id)
);
create index it_system_name_idx on it_system (tenant_id, name, id) where merged_into_id is null;
create index it_system_name_key_idx on it_system (tenant_id, name_key);
create index it_system_supplier_idx on it_system (tenant_id, supplier_id);
create index it_system_owner_unit_idx on it_system (tenant_id, owner_unit_id);
create index it_system_controller_idx on it_system (tenant_id, controller_unit_id);
create index it_system_merged_idx on it_system (tenant_id, merged_into_id);
create index it_system_phase_idx on it_system (tenant_id, phase) where merged_into_id is null;

create table system_alias (
    tenant_id uuid not null,
    id uuid not null,
    system_id uuid not null,
    alias text not null constraint system_alias_given check (alias <> ''),
    name_key text not null default '',
    constraint system_alias_pkey primary key (tenant_id, id),
    constraint system_alias_system_fkey foreign key (tenant_id, system_id) references it_system (tenant_id, id),
    constraint system_alias_key unique (tenant_id, system_id, alias)
);
create index system_alias_name_key_idx on system_alias (tenant_id, name_key);

create table system_unit (
    tenant_id uuid not null,
    id uuid not null,
    system_id uuid not null,
    org_unit_id uuid not null,
    constraint system_unit_pkey primary key (tenant_id, id),
    constraint system_unit_system_fkey foreign key (tenant_id, system_id) references it_system (tenant_id, id),
    constraint system_unit_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id),
    constraint system_unit_key unique (tenant_id, system_id, org_unit_id)
);
create index system_unit_unit_idx on system_unit (tenant_id, org_unit_id);

create table function_area (
    tenant_id uuid not null constraint function_area_tenant_fkey references sys.tenant (id),
    id uuid not null,
    name text not null constraint function_area_name_given check (name <> ''),
    constraint function_area_pkey primary key (tenant_id, id)
);
create unique index function_area_name_key on function_area (tenant_id, lower(name));

create table system_function_area (
    tenant_id uuid not null,
    id uuid not null,
    system_id uuid not null,
    function_area_id uuid not null,
    constraint system_function_area_pkey primary key (tenant_id, id),
    constraint system_function_area_system_fkey foreign key (tenant_id, system_id) references it_system (tenant_id, id),
    constraint system_function_area_area_fkey foreign key (tenant_id, function_area_id) references function_area (tenant_id, id),
    constraint system_function_area_key unique (tenant_id, system_id, function_area_id)
);
create index system_function_area_area_idx on system_function_area (tenant_id, function_area_id);

-- A decision that two systems are, or are not, the same; it silences or carries out the proposal.
create table same_system_decision (
    tenant_id uuid not null,
    id uuid not null,
    system_a_id uuid not null,
    system_b_id uuid not null,
    is_same boolean not null,
    reason text not null default '',
    decided_by uuid,
    decided_at timestamptz not null,
    constraint same_system_decision_pkey primary key (tenant_id, id),
    constraint same_system_decision_a_fkey foreign key (tenant_id, system_a_id) references it_system (tenant_id, id),
    constraint same_system_decision_b_fkey foreign key (tenant_id, system_b_id) references it_system (tenant_id, id),
    constraint same_system_decision_order check (system_a_id < system_b_id),
    constraint same_system_decision_key unique (tenant_id, system_a_id, system_b_id)
);
create index same_system_decision_b_idx on same_system_decision (tenant_id, system_b_id);

select app.make_tenant_table(t::regclass) from unnest(array['supplier', 'it_system', 'system_alias', 'system_unit', 'function_area',
    'system_function_area', 'same_system_decision']) t;
