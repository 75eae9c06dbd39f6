-- Subscriptions (C18; F15–F25): what the operators' lists say, who holds what, and what belongs to no person (rules 2.7).

-- Whom the municipality buys mobile subscriptions from.
create table operator (
    tenant_id uuid not null constraint operator_tenant_fkey references sys.tenant (id),
    id uuid not null,
    name text not null constraint operator_name_given check (name <> ''),
    supplier_id uuid,
    -- The contract that the subscriptions are bought under: its end is the natural end of a saving (R09).
    contract_id uuid,
    order_email text not null default '',
    order_address text not null default '',
    -- Orders go as a file or as a letter.
    order_form text not null default 'fil' constraint operator_order_form check (order_form in ('fil', 'brev')),
    note text not null default '',
    version integer not null default 1,
    constraint operator_pkey primary key (tenant_id, id),
    constraint operator_name_key unique (tenant_id, name),
    constraint operator_supplier_fkey foreign key (tenant_id, supplier_id) references supplier (tenant_id, id),
    constraint operator_contract_fkey foreign key (tenant_id, contract_id) references contract (tenant_id, id)
);
create index operator_supplier_idx on operator (tenant_id, supplier_id);
create index operator_contract_idx on operator (tenant_id, contract_id);

-- What comes in the same list month after month. A list covers a series when it holds most of it; what it then lacks is gone.
create table subscription_series (
    tenant_id uuid not null,
    id uuid not null,
    operator_id uuid not null,
    label text not null default '',
    constraint subscription_series_pkey primary key (tenant_id, id),
    constraint subscription_series_operator_fkey foreign key (tenant_id, operator_id) references operator (tenant_id, id)
);
create index subscription_series_operator_idx on subscription_series (tenant_id, operator_id);

-- A list as it was taken in, for one series that it covers.
create table subscription_list (
    tenant_id uuid not null,
    id uuid not null,
    series_id uuid not null,
    -- The run it came by. No foreign key: the run is noted when the list is taken in, and stays when it is taken back.
    run_id uuid not null,
    taken_on date not null,
    row_count integer not null default 0,
    constraint subscription_list_pkey primary key (tenant_id, id),
    constraint subscription_list_series_fkey foreign key (tenant_id, series_id) references subscription_series (tenant_id, id)
);
create index subscription_list_series_idx on subscription_list (tenant_id, series_id, taken_on desc);
create index subscription_list_run_idx on subscription_list (tenant_id, run_id);

create table subscription (
    tenant_id uuid not null constraint subscription_tenant_fkey references sys.tenant (id),
    id uuid not null,
    -- E.164. The number is the item: it stays the same when it is ported to another operator.
    msisdn text not null constraint subscription_msisdn_form check (msisdn ~ '^\+[0-9]{6,15}$'),
    operator_id uuid not null,
    series_id uuid,
    customer_no text not null default '',
    agreement_no text not null default '',
    -- The kind of subscription as the operator writes it.
    type_text text not null default '',
    -- As the operator writes it: a person, a thing, a function. Shown only as far as the reader may (is_protected of the proposal).
    holder text not null default '',
    reference text not null default '',
    cost_centre text not null default '',
    -- The unit that pays, by the cost centre or by hand; a unit that has ended is replaced by its successor when shown.
    org_unit_id uuid,
    status text not null default 'aktiv' constraint subscription_status check (status in ('aktiv', 'pausad', 'sparrad', 'uppsagd', 'avslutad', 'porterad')),
    status_text text not null default '',
    activated_on date,
    binding_until date,
    -- Last day, where the operator has it as given notice of.
    ends_on date,
    notice_text text not null default '',
    monthly_price numeric(12, 2),
    last_traffic date,
    data_gb numeric(12, 3),
    call_minutes integer,
    data_pot_gb numeric(12, 3),
    -- Secrets: sealed, with a keyed hash to find and compare by. Never in lists, exports, logs or errors.
    iccid_cipher bytea, iccid_hash bytea,
    puk_cipher bytea, puk_hash bytea,
    pin_cipher bytea, pin_hash bytea,
    imei text not null default '',
    -- For a twin SIM or data card: the number it belongs to, and that subscription when it is in the register.
    main_msisdn text,
    main_subscription_id uuid,
    address text not null default '',
    note text not null default '',
    -- What a person has decided it is; null = as the rules find (rules 2.7).
    kind_decided text constraint subscription_kind_decided check (kind_decided in ('person', 'non_person')),
    use_decided text,
    -- For what belongs to no person (F25).
    purpose text not null default '',
    place text not null default '',
    device text not null default '',
    contact_person_id uuid,
    contact_text text not null default '',
    generation text not null default '' constraint subscription_generation check (generation in ('', '2G', '3G', '4G', '5G')),
    review_on date,
    first_list_id uuid,
    -- The list that ought to have held it and did not; null = it was in the newest one that covers it, or came by hand. Only
    -- what goes missing or comes back is written.
    missing_from_list_id uuid,
    version integer not null default 1,
    constraint subscription_pkey primary key (tenant_id, id),
    constraint subscription_msisdn_key unique (tenant_id, msisdn),
    constraint subscription_operator_fkey foreign key (tenant_id, operator_id) references operator (tenant_id, id),
    constraint subscription_series_fkey foreign key (tenant_id, series_id) references subscription_series (tenant_id, id),
    constraint subscription_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id)
        on delete set null (org_unit_id) deferrable,
    constraint subscription_main_fkey foreign key (tenant_id, main_subscription_id) references subscription (tenant_id, id),
    constraint subscription_contact_fkey foreign key (tenant_id, contact_person_id) references person (tenant_id, id),
    constraint subscription_first_list_fkey foreign key (tenant_id, first_list_id) references subscription_list (tenant_id, id),
    constraint subscription_missing_from_fkey foreign key (tenant_id, missing_from_list_id) references subscription_list (tenant_id, id),
    constraint subscription_not_own_main check (main_subscription_id is distinct from id)
);
create index subscription_operator_idx on subscription (tenant_id, operator_id);
create index subscription_series_idx on subscription (tenant_id, series_id);
create index subscription_unit_idx on subscription (tenant_id, org_unit_id);
create index subscription_main_idx on subscription (tenant_id, main_subscription_id);
create index subscription_contact_idx on subscription (tenant_id, contact_person_id);
create index subscription_first_list_idx on subscription (tenant_id, first_list_id);
create index subscription_missing_from_idx on subscription (tenant_id, missing_from_list_id);
create index subscription_iccid_idx on subscription (tenant_id, iccid_hash) where iccid_hash is not null;

-- Who and what a number has been for, one row after another: names, operator, cost centre (F23). Kept 24 months after the change
-- (rules 8).
create table subscription_holder (
    tenant_id uuid not null,
    id uuid not null,
    subscription_id uuid not null,
    operator_id uuid not null,
    holder text not null default '',
    reference text not null default '',
    cost_centre text not null default '',
    -- The day of the first list that said so, and of the last one before the next row's; null = still.
    seen_from date not null,
    seen_to date,
    constraint subscription_holder_pkey primary key (tenant_id, id),
    constraint subscription_holder_subscription_fkey foreign key (tenant_id, subscription_id) references subscription (tenant_id, id)
        on delete cascade,
    constraint subscription_holder_operator_fkey foreign key (tenant_id, operator_id) references operator (tenant_id, id)
);
create index subscription_holder_subscription_idx on subscription_holder (tenant_id, subscription_id, seen_from desc);
create index subscription_holder_operator_idx on subscription_holder (tenant_id, operator_id);

-- What a list changed, besides what was new in it and what was gone. Follows from the history; no history of its own. `renamed`
-- holds no names: they are in subscription_holder.
create table subscription_change (
    tenant_id uuid not null,
    id uuid not null,
    list_id uuid not null,
    subscription_id uuid not null,
    kind text not null constraint subscription_change_kind check (kind in ('renamed', 'price', 'status', 'cost_centre', 'type', 'operator', 'back', 'binding')),
    old_value text not null default '',
    new_value text not null default '',
    constraint subscription_change_pkey primary key (tenant_id, id),
    constraint subscription_change_list_fkey foreign key (tenant_id, list_id) references subscription_list (tenant_id, id) on delete cascade,
    constraint subscription_change_subscription_fkey foreign key (tenant_id, subscription_id) references subscription (tenant_id, id)
        on delete cascade
);
create index subscription_change_list_idx on subscription_change (tenant_id, list_id, kind);
create index subscription_change_subscription_idx on subscription_change (tenant_id, subscription_id);

-- A unit's yearly word on what is in use (F24).
create table subscription_confirmation (
    tenant_id uuid not null,
    id uuid not null,
    subscription_id uuid not null,
    org_unit_id uuid,
    year integer not null,
    answer text not null constraint subscription_confirmation_answer check (answer in ('i_bruk', 'ej_i_bruk', 'okant')),
    note text not null default '',
    answered_at timestamptz not null,
    answered_by uuid,
    actor text not null,
    constraint subscription_confirmation_pkey primary key (tenant_id, id),
    constraint subscription_confirmation_key unique (tenant_id, subscription_id, year),
    constraint subscription_confirmation_subscription_fkey foreign key (tenant_id, subscription_id) references subscription (tenant_id, id),
    constraint subscription_confirmation_unit_fkey foreign key (tenant_id, org_unit_id) references org_unit (tenant_id, id)
        on delete set null (org_unit_id) deferrable
);
create index subscription_confirmation_unit_idx on subscription_confirmation (tenant_id, org_unit_id);

select app.make_tenant_table(t::regclass) from unnest(array['operator', 'subscription_series', 'subscription_list', 'subscription',
    'subscription_holder', 'subscription_confirmation']) t;
select app.make_tenant_table('subscription_change', false);

-- Names and numbers for those who may know that there is somebody but not who (rules 4.2, "M"): "Anna-Karin Åkerlund" is "A. Å.",
-- "+46701740605" is "+46•••••••05". The same as rules::masking.
create function app.masked_name(p text) returns text immutable parallel safe language sql set search_path = pg_catalog as
$$
    select coalesce(string_agg(upper(left(w, 1)) || '.', ' ' order by n), '')
    from regexp_split_to_table(btrim(coalesce(p, '')), '[\s,]+') with ordinality x(w, n) where w <> ''
$$;
create function app.masked_number(p text) returns text immutable parallel safe language sql set search_path = pg_catalog as
$$ select case when length(p) > 5 then left(p, 3) || repeat('•', length(p) - 5) || right(p, 2) else repeat('•', coalesce(length(p), 0)) end $$;
