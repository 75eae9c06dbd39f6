-- More of a contract's terms (rules 1), and the dates that follow from them on a given day.

alter table contract
    -- The end is the main contract's ("följer huvudavtalet").
    add column end_follows_parent boolean not null default false,
    -- Months the next procurement needs, when they differ from its path's (rules 1.10).
    add column lead_months integer constraint contract_lead_months check (lead_months between 0 and 120),
    -- The procurement of what comes after, when it has been started.
    add column next_procurement text not null default '',
    -- A direct award over the limit has been documented (LOU 19 a kap. 11 §).
    add column award_documented_on date,
    -- Somebody has decided to terminate; the notice itself is in contract_notice.
    add column termination_decided_on date,
    -- Index clause (rules 1.9).
    add column index_base_month date,
    add column index_measure_month date,
    add column index_base_value numeric(12, 4),
    add column index_adjusted_on date,
    -- With whom and on what ground something is secret (OSL 5 kap. 5 §).
    add column secrecy_authority text not null default '',
    add column secrecy_marked_on date;

-- What rules::contract_dates gives for each contract on one day, so that lists can filter and sort by it. Written by the
-- program only (areas/contracts/dates.rs) and always computable again: no history.
create table contract_dates (
    tenant_id uuid not null,
    id uuid not null,
    status text not null,
    current_period_end date,
    effective_end date,
    max_end date,
    deadline date,
    act_by date,
    next_action text not null default '',
    next_action_date date,
    procurement_start_by date,
    locked_in boolean not null,
    ends_by_inaction boolean not null,
    total_value_lou numeric(16, 2),
    -- Codes, and the words for them: what lists show and filter by.
    flags text[] not null,
    flag_labels text[] not null,
    if_nobody_acts text not null,
    constraint contract_dates_pkey primary key (tenant_id, id),
    constraint contract_dates_contract_fkey foreign key (tenant_id, id) references contract (tenant_id, id) on delete cascade
);
create index contract_dates_action_idx on contract_dates (tenant_id, next_action_date);

-- For which day, and after which change in the register, the dates above were computed.
create table contract_dates_run (
    tenant_id uuid not null constraint contract_dates_run_tenant_fkey references sys.tenant (id),
    id uuid not null,
    computed_for date not null,
    history_id bigint not null,
    constraint contract_dates_run_pkey primary key (tenant_id),
    constraint contract_dates_run_one check (id = tenant_id)
);

select app.make_tenant_table('contract_dates', false);
select app.make_tenant_table('contract_dates_run', false);
