-- What a subscription has cost since its holder's last day: written with the proposal (rules::leaver_costs), so that the worklist can
-- be ordered by it. And the way from a person to the other cases about the same person.
alter table subscription_proposal add column accrued numeric(12, 2);
create index match_case_subject_idx on match_case (tenant_id, subject_key);
