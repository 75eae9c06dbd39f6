//! What a rule finds: an object that needs somebody.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::auth::permissions::Role;

/// What a flag is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A system.
    System,
    /// A contract.
    Contract,
    /// A subscription.
    Subscription,
    /// A unit of the organisation.
    OrgUnit,
    /// Whoever sends a list of those whose employment ends.
    LeaverSender,
    /// A case of the matching.
    Case,
    /// A question to a manager.
    Question,
    /// The municipality as a whole.
    Tenant,
}

impl ObjectKind {
    /// The code in the database and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Contract => "contract",
            Self::Subscription => "subscription",
            Self::OrgUnit => "org_unit",
            Self::LeaverSender => "leaver_sender",
            Self::Case => "match_case",
            Self::Question => "manager_question",
            Self::Tenant => "tenant",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::System,
            Self::Contract,
            Self::Subscription,
            Self::OrgUnit,
            Self::LeaverSender,
            Self::Case,
            Self::Question,
            Self::Tenant,
        ]
        .into_iter()
        .find(|k| k.code() == code)
    }

    /// The path of the object in its municipality.
    #[must_use]
    pub fn path(self, id: Uuid) -> String {
        match self {
            Self::System => format!("systems/{id}"),
            Self::Contract => format!("contracts/{id}"),
            Self::Subscription => format!("subscriptions/{id}"),
            Self::OrgUnit => format!("organisation/{id}"),
            Self::LeaverSender => format!("leavers/senders/{id}"),
            Self::Case => format!("matches/{id}"),
            Self::Question => format!("questions/{id}"),
            Self::Tenant => "imports".to_owned(),
        }
    }

    /// The icon in `static/icons.svg`.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Contract => "avtal",
            Self::Subscription => "mobil",
            Self::OrgUnit => "organisation",
            Self::LeaverSender => "utanperson",
            Self::Case => "checklista",
            Self::Question => "pratbubbla",
            Self::Tenant => "uppladdning",
        }
    }
}

/// How much it presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// To know, and to put right when there is time: gaps in the register.
    Info,
    /// To do.
    Normal,
    /// To do now: a day that is near or passed.
    Urgent,
}

impl Severity {
    /// The code in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Normal => "normal",
            Self::Urgent => "urgent",
        }
    }
}

/// To whom a finding goes, in order; see the module of the area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients {
    /// Roles on the object whose holders get it, the first role that has a holder.
    pub object_roles: Vec<&'static str>,
    /// Everyone with this role in the application, when neither a holder nor a head of the unit exists.
    pub fallback: Role,
    /// Straight to the application role: things that no unit answers for.
    pub only_app_role: bool,
    /// Straight to these persons: somebody who has been asked.
    pub persons: Vec<Uuid>,
    /// Everyone with this role besides whoever else gets it.
    pub also: Option<Role>,
}

impl Recipients {
    /// Holders of the object's roles, else the unit's head, else IT-enheten.
    #[must_use]
    pub fn holders(object_roles: &[&'static str]) -> Self {
        Self {
            object_roles: object_roles.to_vec(),
            fallback: Role::ItUnit,
            only_app_role: false,
            persons: Vec::new(),
            also: None,
        }
    }

    /// Persons who have been asked for something.
    #[must_use]
    pub fn persons(persons: Vec<Uuid>) -> Self {
        Self { persons, ..Self::holders(&[]) }
    }

    /// And everyone with an application role.
    #[must_use]
    pub fn and(mut self, role: Role) -> Self {
        self.also = Some(role);
        self
    }

    /// Everyone with an application role.
    #[must_use]
    pub fn app_role(role: Role) -> Self {
        Self {
            object_roles: Vec::new(),
            fallback: role,
            only_app_role: true,
            persons: Vec::new(),
            also: None,
        }
    }
}

/// An object that needs somebody, by a rule, by a day. Texts hold no personal data: they go out by mail and calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's code, e.g. `action_due`; its words are in [`rule_label`].
    pub rule: &'static str,
    /// What kind of object.
    pub object_kind: ObjectKind,
    /// Which object.
    pub object_id: Uuid,
    /// The last day to act, if there is one.
    pub due_date: Option<NaiveDate>,
    /// For `action_due`: days left, as the smallest of 7, 30, 90, 180, 270, 365 that holds.
    pub stage: Option<i16>,
    /// What to do, as a request: "Säg upp eller förläng avtalet …".
    pub title: String,
    /// Why, and what happens if nobody does.
    pub detail: String,
    /// How much it presses.
    pub severity: Severity,
    /// The unit that answers for the object.
    pub owner_unit_id: Option<Uuid>,
    /// To whom it goes.
    pub recipients: Recipients,
}

/// Every rule: code, name, and what it means (docs/rules.md 1.8, 2.10, 4.3).
pub const RULES: &[(&str, &str, &str)] = &[
    (
        "action_due",
        "Avtal att agera på",
        "Ett avtal har en dag då någon måste ha sagt upp, förlängt eller börjat upphandla. Påminnelser räknas mot den dagen, inte mot slutdatumet.",
    ),
    (
        "action_overdue",
        "Passerad åtgärdsdag",
        "Avtalets sista dag att agera har passerat utan att något beslut är registrerat.",
    ),
    (
        "locked_in",
        "Avtalet är låst",
        "Sista uppsägningsdagen har passerat utan uppsägning, så avtalet förlängs av sig självt.",
    ),
    (
        "procurement_window_open",
        "Dags att börja upphandla",
        "Med den tid en upphandling tar behöver den börja nu för att vara klar när avtalet slutar.",
    ),
    (
        "ramavtal_over_48m",
        "Ramavtal längre än fyra år",
        "Ett ramavtal får löpa längst fyra år om det inte finns särskilda skäl (LOU 7 kap. 2 §).",
    ),
    (
        "no_end_point",
        "Avtal utan slutpunkt",
        "Ett upphandlat avtal som inte är ett ramavtal ska ha en bortre gräns.",
    ),
    (
        "direct_award_limit",
        "Över gränsen för direktupphandling",
        "Avtalets hela värde når kommunens gräns för direktupphandling (LOU 19 a kap. 2 §).",
    ),
    (
        "direct_award_undocumented",
        "Odokumenterad direktupphandling",
        "En direktupphandling över 100 000 kronor ska dokumenteras (LOU 19 a kap. 11 §).",
    ),
    ("ceiling_80", "Takvolymen snart nådd", "Mer än 80 procent av ramavtalets takvolym är använd."),
    (
        "ceiling_100",
        "Takvolymen är nådd",
        "Ramavtalets takvolym är förbrukad; nya avrop saknar stöd i avtalet.",
    ),
    (
        "avrop_beyond_limit",
        "Avrop längre än ramavtalet tillåter",
        "Avropet löper längre efter ramavtalets slut än ramavtalet medger.",
    ),
    (
        "option_unclear",
        "Oklar förlängningsklausul",
        "Det går inte att läsa ut vem som får förlänga, hur länge eller på vilka villkor (LOU 17 kap. 10 §).",
    ),
    (
        "open_ended_option",
        "Optioner utöver avtalets slut",
        "Optionerna sträcker sig längre än avtalets sista möjliga dag.",
    ),
    (
        "lou_risk_late_option",
        "Option utnyttjad för sent",
        "Förlängningen gavs efter den dag avtalet anger. Det kan räknas som en ny, otillåten tilldelning.",
    ),
    (
        "basis_saknas",
        "Uppsägningstidens grund saknas",
        "Avtalet anger antal månader men inte varifrån de räknas. Den försiktigaste läsningen används.",
    ),
    (
        "late_notice",
        "Uppsägning som kom för sent",
        "Uppsägningen togs emot efter sista uppsägningsdag. Den gäller då till nästa period, om inte motparten godtar den.",
    ),
    (
        "option_lapsed",
        "Förfallen option",
        "Sista dagen att meddela förlängning har passerat, så optionen kan inte längre tas ut utan risk.",
    ),
    (
        "signer_over_limit",
        "Tecknat över delegationen",
        "Avtalet är tecknat av någon vars delegation inte räcker till beloppet.",
    ),
    (
        "responsible_left",
        "Avtalsansvarig har slutat",
        "Den som är ansvarig för avtalet finns inte i det senaste fullständiga personalunderlaget.",
    ),
    ("supplier_risk", "Risk hos leverantören", "Leverantören är märkt med en risk i leverantörsregistret."),
    (
        "missing_dpa",
        "Personuppgiftsbiträdesavtal saknas",
        "Systemet behandlar personuppgifter men inget biträdesavtal är registrerat.",
    ),
    ("missing_owner", "Avtalsansvarig saknas", "Ingen står som ansvarig för avtalet."),
    (
        "missing_end",
        "Slutdatum saknas",
        "Avtalet har varken slutdatum eller uppgift om att det löper tills vidare.",
    ),
    (
        "missing_notice",
        "Uppsägningstid saknas",
        "Avtalet förlängs eller löper vidare men ingen uppsägningstid är registrerad.",
    ),
    ("missing_dnr", "Diarienummer saknas", "Avtalet kan inte spåras till diariet."),
    ("missing_document", "Avtalshandling saknas", "Ingen länk eller handling är kopplad till avtalet."),
    ("missing_cost_string", "Kostnadsställe saknas", "Det går inte att se vem som betalar."),
    (
        "vacant_systemagare",
        "Systemägare saknas",
        "Varje system ska ha en systemägare som äger systemet och budgeten.",
    ),
    (
        "vacant_systemforvaltare",
        "Systemförvaltare saknas",
        "Varje system ska ha en systemförvaltare som följer det genom livscykeln.",
    ),
    (
        "holder_unknown",
        "Rollinnehavaren är inte en känd person",
        "Den som står i rollen finns inte bland personerna, eller så finns flera med samma namn.",
    ),
    (
        "owner_not_manager",
        "Systemägaren är inte chef",
        "Systemägaren ska vara chef, eftersom ägandet följer budgeten.",
    ),
    (
        "holder_left",
        "Rollinnehavaren finns inte i personalunderlaget",
        "Den som har rollen finns inte i det senaste fullständiga personalunderlaget och kan ha slutat.",
    ),
    (
        "snapshot_stale",
        "Personalunderlaget är gammalt",
        "Det är mer än 45 dagar sedan ett fullständigt personalunderlag lästes in.",
    ),
    (
        "network_sunset",
        "Nätet stängs",
        "Utrustning som bara klarar ett nät som operatören stänger slutar att fungera. Dagarna står i inställningarna.",
    ),
    (
        "nonperson_incomplete",
        "Abonnemang utan uppgifter",
        "Ett abonnemang som inte är en persons ska ha enhet, syfte, plats eller utrustning, kontakt, nät (2G–5G) och en dag för översyn.",
    ),
    (
        "nonperson_review_due",
        "Abonnemang att se över",
        "Dagen då någon skulle se efter om abonnemanget fortfarande behövs är nära eller har passerat.",
    ),
    (
        "owner_left",
        "Kontakten för ett abonnemang har slutat",
        "Abonnemanget behålls, men någon annan behöver ta över som kontakt.",
    ),
    (
        "inventory_due",
        "Inventering av abonnemang",
        "Varje enhet svarar en gång om året på vilka abonnemang som är i bruk.",
    ),
    (
        "leaver_list_due",
        "Lista över avslutade att skicka in",
        "Månadens lista över dem som slutat ska vara inne den femte arbetsdagen i månaden efter, om kommunen inte bestämt något annat.",
    ),
    (
        "leaver_list_late",
        "Lista över avslutade är sen",
        "Månadens lista har inte kommit i tid, så ingen kan se vilka abonnemang och roller som saknar innehavare.",
    ),
    (
        "leaver_list_missing",
        "Lista över avslutade saknas",
        "Månadens lista saknas fortfarande tre dagar efter sin dag, om kommunen inte bestämt något annat. HR-administratörens chef behöver få veta det.",
    ),
    (
        "leaver_list_unconfirmed",
        "Tom lista utan bekräftelse",
        "En lista kom utan rader. Någon behöver säga om ingen slutade eller om fel fil skickades.",
    ),
    (
        "reason_unmapped",
        "Okända orsakskoder",
        "Avsändaren använder koder som ingen har sagt vad de betyder. Då går det inte att skilja den som slutar från den som byter enhet eller är ledig.",
    ),
    (
        "retention_due",
        "Uppgifter att gallra",
        "Ett gallringsbeslut som gäller omfattar uppgifter som har haft sin tid.",
    ),
    (
        "role_vacancy",
        "Rollinnehavare slutar",
        "Den som har ett ansvar står på listan över avslutade anställningar. Någon annan behöver ta över.",
    ),
    (
        "snapshot_missing",
        "Personalunderlag saknas",
        "Inget fullständigt personalunderlag är inläst, så ingen kan se vem som har slutat.",
    ),
    (
        "question_waiting",
        "Fråga att svara på",
        "IT har frågat vad som ska hända med ett abonnemang. Påminnelser kommer efter 7 och 14 dagar, sedan går frågan till chefens chef.",
    ),
    (
        "orphan_open_30",
        "Abonnemang utan innehavare i mer än 30 dagar",
        "Innehavaren har med stor sannolikhet slutat, och ingen har beslutat vad som ska hända med abonnemanget.",
    ),
    (
        "review_due",
        "Beslut att se över",
        "Ett abonnemang skulle behållas eller ligga i reserv en tid, och tiden är slut. Flaggan löses när någon beslutar igen.",
    ),
    (
        "reserve_unused",
        "Reserv som inte används",
        "Ett abonnemang i reserv har inte haft någon trafik på så många månader som kommunen har bestämt. Flaggan löses när det används eller inte finns kvar.",
    ),
    (
        "ground_gone",
        "Beslutet vilar på uppgifter som inte gäller längre",
        "En ny lista talar emot det som beslutet byggde på, till exempel för att HR har tagit tillbaka en uppgift.",
    ),
    (
        "not_gone",
        "Borde vara borta men är kvar",
        "Ett abonnemang som skulle avslutas finns kvar i operatörens lista efter sista dagen. Flaggan löses när det är borta.",
    ),
];

/// A rule's name in words; a code that is not known is shown as it is.
#[must_use]
pub fn rule_label(rule: &str) -> &str {
    RULES.iter().find(|(code, ..)| *code == rule).map_or(rule, |(_, label, _)| label)
}

/// What a rule means.
#[must_use]
pub fn rule_meaning(rule: &str) -> &'static str {
    RULES.iter().find(|(code, ..)| *code == rule).map_or("", |(_, _, meaning)| meaning)
}
