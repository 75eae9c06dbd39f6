-- A case that is closed or verified says since when: what is purged, and when, counts from that day (rules 8). Cases from before are
-- given it by the proof at the next list.
alter table match_case add constraint match_case_closed check (state not in ('closed', 'verified') or closed_on is not null) not valid;
