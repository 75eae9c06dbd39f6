-- "Samma system?": a proposal that somebody has put off. It is kept with the proposal, for it decides nothing: the
-- decisions themselves are in same_system_decision.
alter table same_system_proposal add column later_at timestamptz, add column later_by uuid;
