-- The matching of subscriptions with those who have left (C20, rules 2), its cases, decisions and their proof.

-- What rules::leaver_matching gives on one day, so that lists can filter and sort by it. Written by the program only
-- (areas/matches/refresh.rs) and always computable again: no history.
create table leaver_verdict (
    tenant_id uuid not null,
    id uuid not null,
    verdict text not null,
    l_code text not null,
    end_date date,
    not_before date,
    is_protected boolean not null,
    is_doubtful boolean not null,
    -- Who it is: 'p:<person>' of the register, or 'k:<hash>' of what identifies somebody whom only lists know.
    subject_key text not null default '',
    person_id uuid,
    -- How many subscriptions are proposed for the person: a row without any matches nothing.
    items integer not null default 0,
    constraint leaver_verdict_pkey primary key (tenant_id, id),
    constraint leaver_verdict_row_fkey foreign key (tenant_id, id) references leaver_row (tenant_id, id) on delete cascade
);
create index leaver_verdict_subject_idx on leaver_verdict (tenant_id, subject_key);

create table subscription_proposal (
    tenant_id uuid not null,
    id uuid not null,
    -- A, B, C, P, X, N, '-' (holder found, has not left), U (holder not found).
    class text not null,
    kind text not null,
    use_code text not null,
    -- Whose it probably is.
    subject_key text not null default '',
    person_id uuid,
    leaver_row_id uuid,
    employee_no text not null default '',
    l_code text not null default '',
    end_date date,
    not_before date,
    evidence text[] not null default '{}',
    -- What was compared, for the case page: areas/matches/model.rs (Evidence). Empty texts for a protected person.
    detail jsonb not null default '{}',
    candidates integer not null default 0,
    is_protected boolean not null,
    non_person text not null default '',
    contact_person_id uuid,
    contact_left boolean not null default false,
    kept_until date,
    constraint subscription_proposal_pkey primary key (tenant_id, id),
    constraint subscription_proposal_subscription_fkey foreign key (tenant_id, id) references subscription (tenant_id, id) on delete cascade
);
create index subscription_proposal_class_idx on subscription_proposal (tenant_id, class);
create index subscription_proposal_subject_idx on subscription_proposal (tenant_id, subject_key);

-- For which day, and after which change in the register, the above was computed, and on what.
create table match_state (
    tenant_id uuid not null constraint match_state_tenant_fkey references sys.tenant (id),
    id uuid not null,
    computed_for date not null,
    computed_at timestamptz not null,
    history_id bigint not null,
    snapshot_on date,
    persons integer not null,
    leaver_rows integer not null,
    subscriptions integer not null,
    constraint match_state_pkey primary key (tenant_id, id),
    constraint match_state_one check (id = tenant_id)
);

-- A subscription and whom it is proposed for. Opened by the matching; while nobody has touched it, it goes when its cause goes.
create table match_case (
    tenant_id uuid not null,
    id uuid not null,
    subscription_id uuid not null,
    -- As in subscription_proposal; '-' when nobody is found (U).
    subject_key text not null,
    -- Every key that the same person goes by: a list or a snapshot that is taken back and taken in again gives new ids, and the case
    -- is still the same.
    subject_keys text[] not null default '{}',
    person_id uuid,
    leaver_row_id uuid,
    class text not null,
    l_code text not null default '',
    end_date date,
    not_before date,
    owner_unit_id uuid,
    is_protected boolean not null default false,
    state text not null default 'open' constraint match_case_state check (state in ('open', 'waiting', 'decided', 'ordered', 'verified',
        'not_gone', 'kept', 'closed')),
    opened_on date not null,
    -- The evidence when it was last evaluated (areas/matches/model.rs), frozen in each decision.
    evidence jsonb not null default '{}',
    -- The decision in force.
    decision_id uuid,
    -- Why it is open again: the ground of a decision is gone, or what should be gone is not.
    reopened_on date,
    reopened_reason text not null default '',
    closed_on date,
    version integer not null default 1,
    constraint match_case_pkey primary key (tenant_id, id),
    constraint match_case_key unique (tenant_id, subscription_id, subject_key),
    constraint match_case_subscription_fkey foreign key (tenant_id, subscription_id) references subscription (tenant_id, id) on delete cascade,
    constraint match_case_person_fkey foreign key (tenant_id, person_id) references person (tenant_id, id)
        on delete set null (person_id) deferrable,
    constraint match_case_row_fkey foreign key (tenant_id, leaver_row_id) references leaver_row (tenant_id, id)
        on delete set null (leaver_row_id) deferrable,
    constraint match_case_unit_fkey foreign key (tenant_id, owner_unit_id) references org_unit (tenant_id, id)
        on delete set null (owner_unit_id) deferrable
);
create index match_case_state_idx on match_case (tenant_id, state, class);
create index match_case_person_idx on match_case (tenant_id, person_id);
create index match_case_row_idx on match_case (tenant_id, leaver_row_id);
create index match_case_unit_idx on match_case (tenant_id, owner_unit_id);

-- Decisions of the same act or month that go to the operator together (F26).
create table operator_order (
    tenant_id uuid not null,
    id uuid not null,
    operator_id uuid not null,
    number integer not null,
    state text not null default 'draft' constraint operator_order_state check (state in ('draft', 'sent', 'closed')),
    form text not null default 'fil' constraint operator_order_form_known check (form in ('fil', 'brev')),
    created_at timestamptz not null,
    created_by uuid,
    actor text not null,
    sent_on date,
    reference text not null default '',
    note text not null default '',
    version integer not null default 1,
    constraint operator_order_pkey primary key (tenant_id, id),
    constraint operator_order_number_key unique (tenant_id, number),
    constraint operator_order_operator_fkey foreign key (tenant_id, operator_id) references operator (tenant_id, id)
);
create index operator_order_operator_idx on operator_order (tenant_id, operator_id);

-- What a person decided about a case (rules 2.8), with the evidence as it was then (rules 2.9).
create table match_decision (
    tenant_id uuid not null,
    id uuid not null,
    case_id uuid not null,
    subscription_id uuid not null,
    outcome text not null constraint match_decision_outcome check (outcome in ('avsluta', 'overlat', 'flytta_kostnad', 'behall', 'ej_person',
        'reserv', 'privat_overtagande', 'fel_traff', 'vantar_svar')),
    reason text not null default '',
    class_then text not null,
    subject_key text not null,
    subject_keys text[] not null default '{}',
    person_id uuid,
    leaver_row_id uuid,
    evidence jsonb not null,
    decided_at timestamptz not null,
    decided_on date not null,
    decided_by uuid,
    actor text not null,
    decided_role text not null default '',
    -- avsluta: the last day asked of the operator (today, the end of the binding or another day), whether the number is to be ported.
    end_on date,
    port_number boolean not null default false,
    -- behall, reserv: when it is looked at again.
    review_on date,
    -- overlat: the new holder; overlat, flytta_kostnad: who pays.
    new_person_id uuid,
    new_holder text not null default '',
    new_cost_centre text not null default '',
    confirmed_by_manager text not null default '',
    -- ej_person, reserv.
    unit_id uuid,
    purpose text not null default '',
    contact_person_id uuid,
    contact_text text not null default '',
    reserve_days integer constraint match_decision_reserve_days check (reserve_days between 1 and 366),
    -- privat_overtagande.
    agreement_ref text not null default '',
    -- The price when it was decided: what a saving is counted with (R09).
    monthly_price numeric(12, 2),
    -- The bulk act it was part of.
    bulk_id uuid,
    revoked_at timestamptz,
    revoked_by text not null default '',
    revoke_reason text not null default '',
    order_id uuid,
    -- The list that shows that it was carried out, or that it was not.
    verified_on date,
    verified_list_id uuid,
    not_gone_since date,
    constraint match_decision_pkey primary key (tenant_id, id),
    constraint match_decision_case_fkey foreign key (tenant_id, case_id) references match_case (tenant_id, id),
    constraint match_decision_subscription_fkey foreign key (tenant_id, subscription_id) references subscription (tenant_id, id),
    constraint match_decision_person_fkey foreign key (tenant_id, person_id) references person (tenant_id, id)
        on delete set null (person_id) deferrable,
    constraint match_decision_row_fkey foreign key (tenant_id, leaver_row_id) references leaver_row (tenant_id, id)
        on delete set null (leaver_row_id) deferrable,
    constraint match_decision_new_person_fkey foreign key (tenant_id, new_person_id) references person (tenant_id, id),
    constraint match_decision_contact_fkey foreign key (tenant_id, contact_person_id) references person (tenant_id, id),
    constraint match_decision_unit_fkey foreign key (tenant_id, unit_id) references org_unit (tenant_id, id),
    constraint match_decision_order_fkey foreign key (tenant_id, order_id) references operator_order (tenant_id, id)
);
create index match_decision_case_idx on match_decision (tenant_id, case_id, decided_at);
create index match_decision_subscription_idx on match_decision (tenant_id, subscription_id);
create index match_decision_person_idx on match_decision (tenant_id, person_id);
create index match_decision_row_idx on match_decision (tenant_id, leaver_row_id);
create index match_decision_new_person_idx on match_decision (tenant_id, new_person_id);
create index match_decision_contact_idx on match_decision (tenant_id, contact_person_id);
create index match_decision_unit_idx on match_decision (tenant_id, unit_id);
create index match_decision_order_idx on match_decision (tenant_id, order_id);

-- A question to a manager about a case, and the answer (F23).
create table manager_question (
    tenant_id uuid not null,
    id uuid not null,
    case_id uuid not null,
    -- Who is asked; nobody's user yet is asked too, and the one who asks is told.
    asked_person_id uuid not null,
    asked_at timestamptz not null,
    asked_on date not null,
    asked_by uuid,
    actor text not null,
    message text not null default '',
    reminded_7_on date,
    reminded_14_on date,
    escalated_on date,
    escalated_person_id uuid,
    answered_at timestamptz,
    answered_by uuid,
    answered_actor text not null default '',
    answer text constraint manager_question_answer check (answer in ('avsluta', 'overlat', 'behall', 'annan_enhet', 'ej_min', 'vet_inte')),
    answer_text text not null default '',
    answer_holder text not null default '',
    answer_last_day date,
    withdrawn_at timestamptz,
    constraint manager_question_pkey primary key (tenant_id, id),
    constraint manager_question_case_fkey foreign key (tenant_id, case_id) references match_case (tenant_id, id),
    constraint manager_question_asked_fkey foreign key (tenant_id, asked_person_id) references person (tenant_id, id),
    constraint manager_question_escalated_fkey foreign key (tenant_id, escalated_person_id) references person (tenant_id, id)
);
create index manager_question_case_idx on manager_question (tenant_id, case_id);
create index manager_question_asked_idx on manager_question (tenant_id, asked_person_id);
create index manager_question_escalated_idx on manager_question (tenant_id, escalated_person_id);

select app.make_tenant_table(t::regclass) from unnest(array['match_case', 'operator_order', 'match_decision', 'manager_question']) t;
select app.make_tenant_table('leaver_verdict', false);
select app.make_tenant_table('subscription_proposal', false);
select app.make_tenant_table('match_state', false);
