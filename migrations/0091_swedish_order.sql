-- How words are ordered in lists: as Swedes order them, and the numbers in them as numbers ("Enhet 2" before "Enhet 10").
create collation swedish (provider = icu, locale = 'sv-SE-u-kn-true');
