-- Thirty days after a list was due, what of it nobody has decided is mailed once to the heads of the units and to IT-enheten (rules 2.10).
alter table leaver_reminder drop constraint leaver_reminder_kind;
alter table leaver_reminder add constraint leaver_reminder_kind check (kind in ('due', 'late', 'missing', 'unsolved')) not valid;
