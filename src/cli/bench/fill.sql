-- One made-up municipality's register, of a usual size, inside its own transaction. $1 = seed.
with
tenant as (select app.tenant_id() as id),
top as (
    insert into org_unit (tenant_id, id, code, name, kind)
    select t.id, gen_random_uuid(), '0', 'Kommunen', 'kommun' from tenant t returning id
),
departments as (
    insert into org_unit (tenant_id, id, code, name, kind, parent_id)
    select t.id, gen_random_uuid(), 'F' || n, 'Förvaltning ' || n, 'forvaltning', top.id
    from tenant t, top, generate_series(1, 10) n returning id, code
),
made_units as (
    insert into org_unit (tenant_id, id, code, name, kind, parent_id)
    select t.id, gen_random_uuid(), d.code || '-' || n, 'Enhet ' || d.code || ' ' || n, 'enhet', d.id
    from tenant t, departments d, generate_series(1, 12) n returning id
),
units as (select id, row_number() over () as no from made_units),
made_persons as (
    insert into person (tenant_id, id, given_names, family_name, display_name, name_key, email)
    select t.id, gen_random_uuid(), 'Person' || n, 'Exempel' || (n % 700), 'Person' || n || ' Exempel' || (n % 700),
           'exempel' || (n % 700) || ' person' || n, 'p' || n || '@exempel.invalid'
    from tenant t, generate_series(1, 1500) n returning id
),
persons as (select id, row_number() over () as no from made_persons),
snapshot as (
    insert into staff_snapshot (tenant_id, id, taken_on, row_count) select t.id, gen_random_uuid(), current_date - 5, 1500 from tenant t returning id
),
employments as (
    insert into employment (tenant_id, id, person_id, company_code, employee_no, org_unit_id, title, form, start_date, is_manager,
        first_snapshot_id)
    select t.id, gen_random_uuid(), p.id, '01', (100000 + p.no)::text, u.id, case when p.no % 12 = 0 then 'Enhetschef' else 'Handläggare' end,
           'Tillsvidare', date '2015-01-01' + (p.no % 3000)::int, p.no % 12 = 0, s.id
    from tenant t, snapshot s, persons p join units u on u.no = 1 + p.no % 120 returning 1
),
made_suppliers as (
    insert into supplier (tenant_id, id, supplier_no, name, name_key)
    select t.id, gen_random_uuid(), (20000 + n)::text, 'Leverantör ' || n || ' AB', 'leverantor ' || n
    from tenant t, generate_series(1, 90) n returning id
),
suppliers as (select id, row_number() over () as no from made_suppliers),
systems as (
    insert into it_system (tenant_id, id, number, name, name_key, phase, criticality, hosting, supplier_id, owner_unit_id,
        level_k, level_r, level_t, level_s, annual_cost, user_count)
    select t.id, gen_random_uuid(), n, 'System ' || n, 'system ' || n,
           (array['anskaffning', 'inforande', 'anvandning', 'anvandning', 'anvandning', 'anvandning', 'avveckling', 'avvecklad'])[1 + (n + $1) % 8],
           (array['lag', 'medel', 'hog', 'kritisk'])[1 + (n * 7 + $1) % 4],
           (array['egen_drift', 'leverantorens_drift', 'molntjanst'])[1 + n % 3], l.id, d.id,
           n % 4, (n + 1) % 4, (n + 2) % 4, n % 3, (n % 50) * 12500, (n % 30) * 40
    from tenant t, generate_series(1, 400) n
    join suppliers l on l.no = 1 + n % 90
    join (select id, row_number() over () as no from departments) d on d.no = 1 + n % 10
    returning id, number, owner_unit_id, supplier_id
),
contracts as (
    insert into contract (tenant_id, id, contract_no, title, kind, supplier_id, owner_unit_id, start_date, end_date, renewal_kind,
        auto_renewal_months, notice_text, notice_value, notice_unit, notice_basis, annual_value, case_number, cost_centre)
    select t.id, gen_random_uuid(), 'A-' || lpad(s.number::text, 4, '0'), 'Avtal om System ' || s.number, 'serviceavtal', s.supplier_id,
           s.owner_unit_id, date '2021-01-01' + (s.number % 700), date '2026-06-30' + (s.number * 3 % 900), case when s.number % 3 = 0 then 'auto' else 'none' end,
           case when s.number % 3 = 0 then 12 end, case when s.number % 3 = 0 then '3 mån före slut' else '' end,
           case when s.number % 3 = 0 then 3 end, case when s.number % 3 = 0 then 'months' else '' end,
           case when s.number % 3 = 0 then 'before_end' else '' end, (s.number % 50) * 10000, 'KS 2021/' || s.number, '1000'
    from tenant t, systems s where s.number <= 250 returning id, contract_no
),
links as (
    insert into contract_system (tenant_id, id, contract_id, system_id)
    select t.id, gen_random_uuid(), c.id, s.id from tenant t, contracts c join systems s on c.contract_no = 'A-' || lpad(s.number::text, 4, '0') returning 1
)
insert into role_assignment (tenant_id, id, system_id, role, person_id, valid_from)
select t.id, gen_random_uuid(), s.id, r.role, p.id, date '2025-01-01'
from tenant t, systems s
cross join (values ('systemagare', 1), ('systemforvaltare', 2)) as r (role, no)
join persons p on p.no = 1 + (s.number * r.no * 12) % 1500
where s.number % 11 <> r.no
