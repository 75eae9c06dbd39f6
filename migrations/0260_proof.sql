-- The proof of a decision (rules 2.8, F26) and the saving it makes (R09).

alter table match_decision
    -- The last day that the number was had, as far as the lists tell: the saving is counted from it.
    add column last_day date,
    -- The day of the list that it was back in after it had been verified.
    add column back_on date;
