-- Contracts (C08, rules 1) and roles on systems and contracts (C03, rules 4.1).

create table contract (
    tenant_id uuid not null constraint contract_tenant_fkey references sys.tenant (id),
    id uuid not null,
    contract_no text not null default '',
    title text not null constraint contract_title_given check (title <> ''),
    kind text not null default '',
    supplier_id uuid,
    parent_contract_id uuid,
    parent_text text not null default '',
    owner_unit_id uuid,
    -- verksamhetsstödjande / verksamhetsdrivande (H16)
    purpose_class text not null default '' constraint contract_purpose_class check (purpose_class in ('', 'stodjande', 'drivande')),
    start_date date,
    -- Last day in force, inclusive, as shown in the source or typed.
    end_date date,
    end_text text not null default '',
    initial_months integer constraint contract_initial_months check (initial_months > 0),
    renewal_kind text not null default 'none' constraint contract_renewal_kind check (renewal_kind in ('none', 'option_unilateral',
        'option_mutual', 'auto', 'until_further_notice')),
    renewal_text text not null default '',
    auto_renewal_months integer constraint contract_auto_months check (auto_renewal_months > 0),
    auto_max_end_date date,
    notice_text text not null default '',
    notice_value integer constraint contract_notice_value check (notice_value >= 0),
    notice_unit text not null default '' constraint contract_notice_unit check (notice_unit in ('', 'months', 'days', 'weeks', 'fixed_date')),
    notice_basis text not null default '' constraint contract_notice_basis check (notice_basis in ('', 'before_end', 'calendar_months',
        'days', 'weeks', 'fixed_date', 'none')),
    -- For fixed_date: month and day ("senast 30 september").
    notice_month smallint, notice_day smallint,
    option_text text not null default '',
    option_notice_text text not null default '',
    option_notice_value integer constraint contract_option_notice_value check (option_notice_value >= 0),
    option_notice_unit text not null default '' constraint contract_option_notice_unit check (option_notice_unit in ('', 'months', 'days', 'weeks', 'fixed_date')),
    option_notice_basis text not null default '' constraint contract_option_notice_basis check (option_notice_basis in ('', 'before_end',
        'calendar_months', 'days', 'weeks', 'fixed_date', 'none')),
    option_notice_month smallint, option_notice_day smallint,
    -- What a parser was unsure of: [{field, reason}]; emptied when a person has checked it.
    review jsonb not null default '[]',
    reviewed_by uuid, reviewed_at timestamptz,
    termination_form text not null default '',
    recipient_address text not null default '',
    price_model text not null default '',
    annual_value numeric(14, 2),
    one_off_value numeric(14, 2),
    ceiling_value numeric(14, 2),
    value_used numeric(14, 2),
    index_name text not null default '',
    procured_under text not null default '',
    procurement_form text not null default '',
    procurement_path text not null default '',
    procurement_reference text not null default '',
    special_reasons text not null default '',
    cpv text not null default '',
    calloff_months_after_framework integer,
    calloff_last_date date,
    case_number text not null default '',
    signed_by text not null default '',
    signed_role text not null default '',
    signed_on date,
    cost_centre text not null default '',
    cost_string text not null default '',
    dpa_status text not null default '' constraint contract_dpa_status check (dpa_status in ('', 'saknas', 'pagar', 'tecknat', 'upphort', 'behovs_ej')),
    secrecy_paragraph text not null default '',
    secrecy_until date,
    document_url text not null default '',
    responsible_text text not null default '',
    system_text text not null default '',
    amendment_ground text not null default '',
    note text not null default '',
    version integer not null default 1,
    constraint contract_pkey primary key (tenant_id, id),
    constraint contract_supplier_fkey foreign key (tenant_id, supplier_id) references supplier (tenant_id, id),
    constraint contract_parent_fkey foreign key (tenant_id, parent_contract_id) references contract (tenant_id, id),
    constraint contract_owner_unit_fkey foreign key (tenant_id, owner_unit_id) references org_unit (tenant_id, id),
    constraint contract_dates_order check (end_date is null or start_date is null or end_date >= start_date),
    constraint contract_not_own_parent check (parent_contract_id is distinct from id)
);
create index contract_no_idx on contract (tenant_id, contract_no);
create index contract_title_idx on contract (tenant_id, title, id);
create index contract_supplier_idx on contract (tenant_id, supplier_id);
create index contract_parent_idx on contract (tenant_id, parent_contract_id);
create index contract_owner_unit_idx on contract (tenant_id, owner_unit_id);

create table contract_option (
    tenant_id uuid not null,
    id uuid not null,
    contract_id uuid not null,
    step_no smallint not null,
    months integer not null constraint contract_option_months check (months > 0),
    -- rules 1.5; 'exercised' = the extended period is part of the term.
    state text not null default 'open' constraint contract_option_state check (state in ('open', 'recommended', 'decided', 'sent',
        'exercised', 'declined', 'lapsed')),
    sent_on date,
    confirmed_on date,
    reason text not null default '',
    constraint contract_option_pkey primary key (tenant_id, id),
    constraint contract_option_contract_fkey foreign key (tenant_id, contract_id) references contract (tenant_id, id),
    constraint contract_option_step_key unique (tenant_id, contract_id, step_no)
);

create table contract_notice (
    tenant_id uuid not null,
    id uuid not null,
    contract_id uuid not null,
    given_by text not null default 'kommunen' constraint contract_notice_given_by check (given_by in ('kommunen', 'leverantoren')),
    sent_on date,
    received_on date not null,
    accepted_late boolean not null default false,
    note text not null default '',
    withdrawn_on date,
    constraint contract_notice_pkey primary key (tenant_id, id),
    constraint contract_notice_contract_fkey foreign key (tenant_id, contract_id) references contract (tenant_id, id)
);
create index contract_notice_contract_idx on contract_notice (tenant_id, contract_id);

create table contract_system (
    tenant_id uuid not null,
    id uuid not null,
    contract_id uuid not null,
    system_id uuid not null,
    constraint contract_system_pkey primary key (tenant_id, id),
    constraint contract_system_contract_fkey foreign key (tenant_id, contract_id) references contract (tenant_id, id),
    constraint contract_system_system_fkey foreign key (tenant_id, system_id) references it_system (tenant_id, id),
    constraint contract_system_key unique (tenant_id, contract_id, system_id)
);
create index contract_system_system_idx on contract_system (tenant_id, system_id);

create table role_assignment (
    tenant_id uuid not null,
    id uuid not null,
    system_id uuid,
    contract_id uuid,
    role text not null constraint role_assignment_role check (role in ('systemagare', 'bitradande_systemagare', 'systemforvaltare',
        'systemspecialist', 'it_nara_forvaltare', 'it_kontakt', 'informationsagare', 'avtalsansvarig', 'tjansteagare', 'dataskyddskontakt')),
    person_id uuid,
    -- The holder as the file wrote it, while no person (or more than one) could be found.
    holder_text text not null default '',
    is_deputy boolean not null default false,
    valid_from date,
    -- Last day, inclusive; null = still held.
    valid_to date,
    constraint role_assignment_pkey primary key (tenant_id, id),
    constraint role_assignment_system_fkey foreign key (tenant_id, system_id) references it_system (tenant_id, id),
    constraint role_assignment_contract_fkey foreign key (tenant_id, contract_id) references contract (tenant_id, id),
    constraint role_assignment_person_fkey foreign key (tenant_id, person_id) references person (tenant_id, id),
    constraint role_assignment_one_object check (num_nonnulls(system_id, contract_id) = 1),
    constraint role_assignment_holder check (person_id is not null or holder_text <> ''),
    constraint role_assignment_order check (valid_to is null or valid_from is null or valid_to >= valid_from)
);
create index role_assignment_system_idx on role_assignment (tenant_id, system_id);
create index role_assignment_contract_idx on role_assignment (tenant_id, contract_id);
create index role_assignment_person_idx on role_assignment (tenant_id, person_id);

select app.make_tenant_table(t::regclass) from unnest(array['contract', 'contract_option', 'contract_notice', 'contract_system',
    'role_assignment']) t;
