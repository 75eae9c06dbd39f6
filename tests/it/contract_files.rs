//! Lists of contracts and suppliers taken in by the command: the files of the fictional municipalities against their answer
//! key, and small files of other layouts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::TestApp;
use crate::support::data::shared;
use crate::support::folder::TestFolder;

const TODAY: &str = "2026-11-20";

fn import(app: &TestApp, kind: &str, files: &[PathBuf]) -> Vec<Value> {
    let mut args = vec!["import", "--tenant", "vik", "--kind", kind, "--json", "--yes", "--today", TODAY];
    args.extend(files.iter().map(|file| file.to_str().unwrap()));
    let ended = app.command().run(&args);
    assert!(ended.status < 2, "{}", ended.stderr);
    lines(&ended.stdout)
}

fn list(app: &TestApp) -> Vec<Value> {
    let ended = app.command().run(&["list", "contracts", "--tenant", "vik", "--json", "--today", TODAY]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    lines(&ended.stdout)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A file of the test's own.
fn write(folder: &TestFolder, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

/// The same, where `text` is something else.
fn text_of<'a>(row: &'a Value, field: &str) -> &'a str {
    text(row, field)
}

fn flags(row: &Value) -> BTreeSet<String> {
    row["flags"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The fields of the list that the answer key has under the same name.
const DATES: [&str; 12] = [
    "status",
    "start_date",
    "deadline_a",
    "deadline_b",
    "current_period_end",
    "effective_end",
    "max_end",
    "deadline",
    "act_by",
    "next_action_date",
    "next_action",
    "procurement_start_by",
];

/// Flags that do not follow from the contract lists alone: who has left is known from the staff lists.
const FROM_ELSEWHERE: [&str; 1] = ["responsible_left"];

struct Comparison {
    wrong: Vec<String>,
    compared: usize,
    asked: usize,
}

/// `silent` are the files that have no column for data processing agreements: they cannot tell that one is missing.
fn compare(truth: &[Value], rows: &[Value], silent: &BTreeSet<String>) -> Comparison {
    let found: BTreeMap<&str, &Value> = rows.iter().map(|row| (text(row, "contract_no"), row)).collect();
    let mut result = Comparison { wrong: Vec::new(), compared: 0, asked: 0 };
    for key in truth {
        let number = text(key, "contract_no");
        let Some(row) = found.get(number) else {
            result.wrong.push(format!("{number} is not in the list"));
            continue;
        };
        result.asked += usize::from(row["needs_review"] == Value::Bool(true));
        let mut same = |field: &str, key: String, found: String| {
            result.compared += 1;
            if key != found {
                result.wrong.push(format!("{number}: {field}: key {key:?}, found {found:?}"));
            }
        };
        // A list that leaves a value out cannot tell it.
        let missing: Vec<&str> =
            key["missing_in_file"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for field in DATES.into_iter().filter(|field| *field != "start_date" || !missing.contains(&"start")) {
            same(field, text(key, field).to_owned(), text(row, field).to_owned());
        }
        for field in ["kind", "renewal_kind"] {
            same(field, text(key, field).to_owned(), text(row, field).to_owned());
        }
        same("locked_in", (key["locked_in"] == Value::Bool(true)).to_string(), row["locked_in"].to_string());
        let steps = |row: &Value, state: &str| {
            row["option_steps"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|step| format!("{} {} {}", step["months"], step["deadline"], step[state]))
                .collect::<Vec<_>>()
                .join(", ")
        };
        same("option_steps", steps(key, "state"), steps(row, "state"));
        let says_nothing = silent.contains(text(key, "file").rsplit('/').next().unwrap());
        let unneeded = |flag: &String| {
            let cannot_follow = says_nothing && flag == "missing_dpa";
            !cannot_follow && !FROM_ELSEWHERE.contains(&flag.as_str())
        };
        let flags = |row: &Value| flags(row).into_iter().filter(unneeded).collect::<Vec<_>>().join(" ");
        same("flags", flags(key), flags(row));
        if !missing.contains(&"supplier") && !missing.contains(&"org") {
            same(
                "supplier_org_no",
                text(key, "supplier_orgnr").to_owned(),
                text(row, "supplier_org_no").to_owned(),
            );
        }
    }
    result
}

/// Every row of the supplier register is one of the companies that the answer key names, and each company is there once.
async fn suppliers_are_told_apart(app: &TestApp, root: &Path) {
    let mut companies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut tx = app.begin(&app.a).await;
    let register: Vec<(uuid::Uuid, String, Option<String>)> =
        sqlx::query_as("select id, name, org_no from supplier").fetch_all(&mut *tx).await.unwrap();
    let key = std::fs::read_to_string(root.join("truth/supplier_truth.csv")).unwrap();
    let mut numbers = BTreeSet::new();
    for line in key.lines().skip(1) {
        let cells: Vec<&str> = line.rsplitn(4, ',').collect();
        let (number, company) = (cells[0], cells[2]);
        if number.is_empty() {
            continue;
        }
        numbers.insert(number.to_owned());
        let found: BTreeSet<String> = register
            .iter()
            .filter(|(_, _, org_no)| org_no.as_deref() == Some(number))
            .map(|(id, _, _)| id.to_string())
            .collect();
        companies.entry(company.to_owned()).or_default().extend(found);
    }
    for (company, found) in &companies {
        assert_eq!(found.len(), 1, "{company} is one company with one number");
    }
    eprintln!("{} companies with a number, {} suppliers in the register", numbers.len(), register.len());
}

/// The watch finds what the list shows: the same flags on the same contracts, once each.
async fn flags_are_raised(app: &TestApp, rows: &[Value]) {
    let ended = app.command().run(&["watch", "run", "--tenant", "vik", "--today", TODAY]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let ended = app.command().run(&["list", "flags", "--tenant", "vik", "--json", "--today", TODAY]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let mut raised: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut count = 0;
    for flag in lines(&ended.stdout).iter().filter(|flag| flag["object"]["kind"] == "contract") {
        assert_eq!(text(flag, "state"), "open");
        assert!(!flag["recipients"].as_array().unwrap().is_empty(), "{flag} reaches nobody");
        let rules = raised.entry(text(&flag["object"], "id").to_owned()).or_default();
        assert!(rules.insert(text(flag, "rule").to_owned()), "{flag} is raised twice");
        count += 1;
    }
    let mut tx = app.begin(&app.a).await;
    let ids: Vec<(String, uuid::Uuid)> =
        sqlx::query_as("select contract_no, id from contract").fetch_all(&mut *tx).await.unwrap();
    let ids: BTreeMap<&str, String> =
        ids.iter().map(|(number, id)| (number.as_str(), id.to_string())).collect();
    for row in rows {
        // What has ended asks for nothing.
        let expected = if text(row, "status") == "avslutat" { BTreeSet::new() } else { flags(row) };
        let found = raised.remove(&ids[text(row, "contract_no")]).unwrap_or_default();
        assert_eq!(found, expected, "{}", text(row, "contract_no"));
    }
    assert!(raised.is_empty(), "flags on what is not listed: {raised:?}");
    eprintln!("{count} flags on {} contracts", rows.len());
}

fn files(root: &Path) -> [PathBuf; 3] {
    ["leverantorer.csv", "avtal_2026.xlsx", "avtal_forvaltning_x.csv"]
        .map(|name| root.join("contracts").join(name))
}

async fn accept(municipality: &str) {
    let Some(root) = shared(&format!("data/{municipality}")) else { return };
    let app = TestApp::new().await;
    let [suppliers, main, other] = files(&root);
    let taken = import(&app, "suppliers", &[suppliers]);
    assert_eq!(taken[0]["outcome"], "taken_in", "{}", taken[0]);
    assert_eq!(taken[0]["refused"], 0, "{}", taken[0]);
    let receipts = import(&app, "contracts", &[main, other]);
    let import_truth = std::fs::read_to_string(root.join("truth/import_truth.jsonl")).unwrap();
    for key in lines(&import_truth).iter().filter(|key| text(key, "file").starts_with("contracts/avtal")) {
        let name = text(key, "file").rsplit('/').next().unwrap();
        let receipt = receipts.iter().find(|receipt| text(receipt, "file").ends_with(name)).unwrap();
        assert_eq!(receipt["outcome"], "taken_in", "{receipt}");
        let refused: BTreeSet<i64> = receipt["refusals"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|refusal| refusal["row"].as_i64())
            .collect();
        let rejects: BTreeSet<i64> =
            key["rejects"].as_array().unwrap().iter().filter_map(|reject| reject["row"].as_i64()).collect();
        assert_eq!(refused, rejects, "{name}: refused rows");
        let taken_in =
            ["new", "changed", "unchanged"].iter().filter_map(|count| receipt[*count].as_i64()).sum::<i64>();
        assert_eq!(Some(taken_in), key["good_rows"].as_i64(), "{name}: rows taken in");
    }
    let silent: BTreeSet<String> = receipts
        .iter()
        .filter(|receipt| !receipt["columns"].as_object().unwrap().values().any(|field| field == "dpa"))
        .map(|receipt| text(receipt, "file").rsplit('/').next().unwrap().to_owned())
        .collect();
    let truth = lines(&std::fs::read_to_string(root.join("truth/contract_truth.jsonl")).unwrap());
    let rows = list(&app);
    let found = compare(&truth, &rows, &silent);
    eprintln!(
        "{municipality}: {} contracts, {} values compared, {} differ; a person is asked about {}",
        truth.len(),
        found.compared,
        found.wrong.len(),
        found.asked
    );
    suppliers_are_told_apart(&app, &root).await;
    flags_are_raised(&app, &rows).await;
    assert!(found.compared > truth.len() * 10);
    assert!(
        found.wrong.is_empty(),
        "{municipality}: {} of {} values differ; a person is asked about {} of {} contracts\n{}",
        found.wrong.len(),
        found.compared,
        found.asked,
        truth.len(),
        found.wrong.join("\n")
    );
}

#[tokio::test]
async fn the_contracts_of_the_small_municipality_come_out_as_its_answer_key_says() {
    accept("kommun-small").await;
}

#[tokio::test]
async fn the_contracts_of_the_medium_municipality_come_out_as_its_answer_key_says() {
    accept("kommun-medium").await;
}

#[tokio::test]
async fn a_list_of_another_layout_is_understood() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    let file = write(
        &folder,
        "avtalsregister.csv",
        "Diarienr\tAvtalspart\tAvser\tGäller från\tGäller t.o.m.\tUppsägning\tFörlängning\tÅrskostnad\tHandläggare\n\
         KS 2024/1\tNordvård AB\tDrift av Vårdia\t2024-01-01\t2026-12-31\t6 mån innan avtalstidens utgång\tförlängs tyst 12 mån i taget\t245 000\tinköp@vik.example.se\n\
         KS 2024/2\tLärdom AB\tSkolnavet\t2024-06-01\t2026-05-31\t\t2+1+1\t100 000\t\n\
         KS 2024/3\tLärdom AB\tKurser\t2020-01-01\ttills vidare\t90 dagar\t\t10 000\t\n",
    );
    let receipt = &import(&app, "contracts", &[file])[0];
    assert_eq!(
        (&receipt["outcome"], &receipt["new"]),
        (&Value::from("taken_in"), &Value::from(3)),
        "{receipt}"
    );
    let rows = list(&app);
    let by_title = |title: &str| rows.iter().find(|row| text(row, "title") == title).unwrap();
    let silent = by_title("Drift av Vårdia");
    assert_eq!((text(silent, "renewal_kind"), text(silent, "deadline")), ("auto", "2027-06-30"));
    assert_eq!(text(silent, "status"), "last", "the last day, 2026-06-30, has passed");
    let option = by_title("Skolnavet");
    assert_eq!(
        (text(option, "renewal_kind"), option["initial_months"].as_i64()),
        ("option_unilateral", Some(24))
    );
    assert_eq!(text(by_title("Kurser"), "status"), "tillsvidare");
    assert_eq!(by_title("Kurser")["source"]["row"], 4);
}

#[tokio::test]
async fn a_list_with_titles_thousands_and_companies_of_other_countries_is_understood() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    let text = "Avtalskatalog för kommunen,,,,,,,,,,\r\nUttag 2026-11-20,,,,,,,,,,\r\n\r\n\
        Kontraktsnr,Avtalsmotpart,VAT no,Vad avtalet gäller,Avtalskategori,Giltigt från och med,Giltigt till och med,Förlängningsmöjligheter,Ska sägas upp senast,Förnyas automatiskt,Årligt värde (tkr)\r\n\
        K-1,Planung GmbH,DE 123456789,Planeringstjänst,Licensavtal,2024-01-01,2026-12-31,2 x 12 månader,nio månader före avtalets utgång,nej,250\r\n\
        K-2,Nordvård AB,559959-4222,Larm,Avrop,240401,270331,,3 kalendermånader,\"ja, med ett år i taget\",1 200\r\n\
        K-3,Laskut Oy,FI12345678,Ekonomi,Upphandlat,1 mars 2022,28 februari 2025,,\"minst 90 dagar före utgången, i annat fall förlängs avtalet med 12 månader\",,\"450,5\"\r\n\
        K-4,Kursplan AS,NO 987654325,Kurser,Upphandlat,2023-07-01,2025-06-30,,,,ca 30 tkr\r\n\
        Summa,,,,,,,,,,\"1 930,5\"\r\n";
    let bytes: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let path = folder.path().join("katalog.csv");
    std::fs::write(&path, bytes).unwrap();
    let receipt = &import(&app, "contracts", &[path])[0];
    assert_eq!(
        (text_of(receipt, "encoding"), receipt["header_row"].as_i64(), receipt["new"].as_i64()),
        ("utf-16le", Some(4), Some(4)),
        "{receipt}"
    );
    let foreign = receipt["warnings"].as_array().unwrap().iter().filter(|w| w["code"] == "org_no_foreign");
    assert_eq!(foreign.count(), 3, "{receipt}");
    let rows = list(&app);
    let of = |number: &str| rows.iter().find(|row| text_of(row, "contract_no") == number).unwrap();
    let worth = |number: &str| text_of(of(number), "annual_value").to_owned();
    assert_eq!(
        [worth("K-1"), worth("K-2"), worth("K-3"), worth("K-4")],
        ["250000", "1200000", "450500", "30000"]
    );
    assert_eq!(text_of(of("K-1"), "max_end"), "2028-12-31");
    assert_eq!(text_of(of("K-2"), "deadline"), "2026-12-31");
    // The term of notice tells that the contract goes on: it has not ended.
    assert_eq!(
        (text_of(of("K-3"), "renewal_kind"), text_of(of("K-3"), "current_period_end")),
        ("auto", "2027-02-28")
    );
    assert_eq!(
        (text_of(of("K-3"), "deadline"), of("K-3")["needs_review"].as_bool()),
        ("2026-11-30", Some(true))
    );
}

#[tokio::test]
async fn a_list_in_english_is_understood() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    let file = write(
        &folder,
        "contracts.csv",
        "Contract ID;Contract title;Vendor;Start;End;Renewal;Notice;Yearly cost SEK;Category\n\
         C-1;Hosting;Cloud Inc;2024-01-01;2026-12-31;Auto-renews 12 months;3 months before end;120000;SaaS\n\
         C-2;Consulting;Kons AB;2024-06-01;2026-05-31;Option 2 x 1 year;6 months;1,000,000.00;Framework\n",
    );
    import(&app, "contracts", &[file]);
    let rows = list(&app);
    let of = |number: &str| rows.iter().find(|row| text_of(row, "contract_no") == number).unwrap();
    assert_eq!(
        (text_of(of("C-1"), "deadline"), text_of(of("C-1"), "effective_end")),
        ("2027-09-30", "2027-12-31")
    );
    assert_eq!(
        (text_of(of("C-2"), "kind"), text_of(of("C-2"), "max_end"), text_of(of("C-2"), "annual_value")),
        ("ramavtal", "2028-05-31", "1000000")
    );
}

#[tokio::test]
async fn a_newer_list_changes_what_it_says_and_leaves_what_people_have_corrected() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    let head =
        "Avtalsnr;Avtalsnamn;Leverantör;Start;Slut;Uppsägningstid;Tyst förlängning;Värde/år exkl moms\n";
    let row = |value: &str| {
        format!("A-1;Drift;Nordvård AB;2024-01-01;2026-12-31;3 månader;ja, 12 mån i taget;{value}\n")
    };
    import(&app, "contracts", &[write(&folder, "avtal_1.csv", &format!("{head}{}", row("100 000")))]);
    // A person reads the contract: calendar months.
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update contract set notice_basis = 'calendar_months', review = '[]', version = version + 1")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let receipt =
        import(&app, "contracts", &[write(&folder, "avtal_2.csv", &format!("{head}{}", row("120 000")))]);
    assert_eq!(
        (&receipt[0]["changed"], &receipt[0]["new"]),
        (&Value::from(1), &Value::from(0)),
        "{}",
        receipt[0]
    );
    let contract = &list(&app)[0];
    assert_eq!(text(contract, "annual_value"), "120000");
    assert_eq!(text(contract, "notice_basis"), "calendar_months");
    let receipt =
        import(&app, "contracts", &[write(&folder, "avtal_3.csv", &format!("{head}\n{}", row("120 000")))]);
    assert_eq!(receipt[0]["unchanged"], 1, "{}", receipt[0]);
}

#[tokio::test]
async fn rows_that_repeat_a_contract_add_systems_and_rows_that_contradict_it_are_refused() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    for (number, name) in [(1, "Vårdia"), (2, "Skolnavet")] {
        sqlx::query("insert into it_system (tenant_id, id, number, name) values ($1, $2, $3, $4)")
            .bind(app.a.id)
            .bind(overblick::ids::new_id())
            .bind(number)
            .bind(name)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let folder = TestFolder::new();
    let file = write(
        &folder,
        "avtal.csv",
        "Avtalsnr;Avtalsnamn;Leverantör;Start;Slut;System\n\
         A-1;Drift;Nordvård AB;2024-01-01;2026-12-31;Vårdia\n\
         A-1;Drift;Nordvård AB;2024-01-01;2026-12-31;SKOLNAVET\n\
         A-1;Något annat;Lärdom AB;2020-01-01;2021-12-31;\n\
         A-2;Bakvänt;Nordvård AB;2026-01-01;2024-12-31;\n",
    );
    let receipt = &import(&app, "contracts", &[file])[0];
    assert_eq!((&receipt["new"], &receipt["refused"]), (&Value::from(1), &Value::from(2)), "{receipt}");
    let codes: Vec<&str> =
        receipt["refusals"].as_array().unwrap().iter().map(|refusal| text(refusal, "code")).collect();
    assert_eq!(codes, ["contract_no_repeated", "date_order"]);
    let mut tx = app.begin(&app.a).await;
    let linked: i64 =
        sqlx::query_scalar("select count(*) from contract_system").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(linked, 2);
}

#[tokio::test]
async fn a_call_off_finds_its_framework_also_when_that_comes_later() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    let head = "Avtalsnr;Avtalsnamn;Avtalstyp;Hör till;Start;Slut;Not\n";
    let call_off =
        write(&folder, "avrop.csv", &format!("{head}A-2;Avrop;avrop;RA-1;2026-01-01;2028-12-31;\n"));
    let framework = write(
        &folder,
        "ramavtal.csv",
        &format!(
            "{head}RA-1;Ramavtal;ramavtal;;2023-01-01;2026-12-31;Tak 1 000 000, avropat 900 000, avrop högst 12 mån efter ramavtalets slut\n"
        ),
    );
    import(&app, "contracts", &[call_off, framework]);
    let rows = list(&app);
    let of = |number: &str| rows.iter().find(|row| text(row, "contract_no") == number).unwrap();
    assert!(flags(of("A-2")).contains("avrop_beyond_limit"), "{}", of("A-2"));
    assert!(flags(of("RA-1")).contains("ceiling_80"), "{}", of("RA-1"));
}

#[tokio::test]
async fn the_rows_of_one_company_in_a_ledger_become_one_supplier() {
    let app = TestApp::new().await;
    let folder = TestFolder::new();
    let file = write(
        &folder,
        "leverantorer.csv",
        "Leverantörsnr;Namn;Organisationsnummer;Ort;Spärrad\n\
         1;Nordvård AB;559959-4222;Vik;\n\
         2;NORDVÅRD Aktiebolag;5599594222;Berg;ja\n\
         3;Lärdom AB;559959-4223;Vik;\n",
    );
    let receipt = &import(&app, "suppliers", &[file])[0];
    assert_eq!((&receipt["new"], &receipt["refused"]), (&Value::from(2), &Value::from(0)), "{receipt}");
    let warned: Vec<&str> =
        receipt["warnings"].as_array().unwrap().iter().map(|warning| text(warning, "code")).collect();
    assert!(warned.contains(&"same_company") && warned.contains(&"org_no_invalid"), "{warned:?}");
    let mut tx = app.begin(&app.a).await;
    let (numbers, blocked): (String, bool) =
        sqlx::query_as("select supplier_no, is_blocked from supplier where org_no = '5599594222'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!((numbers.as_str(), blocked), ("1, 2", false));
}
