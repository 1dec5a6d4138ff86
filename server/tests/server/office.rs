//! The office's pages: who may see what, that openings are written down, and that pages change by themselves.

use std::time::Duration;

use crate::common::{ROSTER, Town, in_person, not_shown_alive, photo};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response, StatusCode, redirect};
use saksi_records::jws::{self, typ};
use saksi_records::record::Exception;
use saksi_records::{BlobKey, BlobRole, CodeAction, Record, SealedBlob, UnlockCode};
use saksi_server::Role;

/// A browser of somebody at the office.
pub struct Browser {
    client: Client,
    url: String,
}

impl Browser {
    fn new(town: &Town) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .tls_certs_only([])
            .build()
            .expect("a client");
        Self { client, url: town.server.office_url.clone() }
    }

    async fn login(town: &Town, name: &str, password: &str) -> Self {
        let browser = Self::new(town);
        let answer = browser.post("/office/login", &[("name", name), ("password", password)]).await;
        assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/office"));
        browser
    }

    pub async fn user(town: &Town, role: Role) -> Self {
        let name = role.to_string();
        town.server.programme().create_user(&name, role, "a long password").await.expect("a user");
        Self::login(town, &name, "a long password").await
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.url)).send().await.expect("an answer")
    }

    pub async fn read(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.url)).header("Origin", &self.url);
        request.form(form).send().await.expect("an answer")
    }

    /// Uploads a roster, and applies it as the page asks.
    async fn upload(&self, csv: &str) -> Response {
        let answer = self.stage(csv.as_bytes()).await;
        if answer.status() != StatusCode::OK {
            return answer;
        }
        let (path, leaving) = question(&answer.text().await.expect("a page"));
        self.post(&path, &[("leaving", leaving.as_deref().unwrap_or("0"))]).await
    }

    pub async fn stage(&self, csv: impl Into<Vec<u8>>) -> Response {
        let form = Form::new()
            .text("round", crate::common::ROUND)
            .text("title", "November 2026")
            .part("file", Part::bytes(csv.into()).file_name("roster.csv"));
        let request = self.client.post(format!("{}/office/rosters/new", self.url)).header("Origin", &self.url);
        request.multipart(form).send().await.expect("an answer")
    }
}

/// Where a page asks to apply a roster, and how many it says would leave; `None`: it asks for their number.
pub fn question(page: &str) -> (String, Option<String>) {
    let after = |mark: &str| Some(page.split(mark).nth(1)?.split('"').next()?.to_owned());
    let path = after("action=\"/office/rosters/").expect("a question");
    (format!("/office/rosters/{path}"), after("name=\"leaving\" value=\""))
}

pub fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().expect("an address")
}

#[tokio::test]
async fn only_the_right_password_lets_in_and_guessing_is_slowed_down() {
    let town = Town::start().await;
    let password = town.server.first_password.clone().expect("the first start tells it");
    let admin = Browser::login(&town, "admin", &password).await;
    assert!(admin.read("/office").await.contains("November 2026"));
    assert_eq!(location(&admin.post("/office/logout", &[]).await), "/office/login");
    assert_eq!(location(&admin.get("/office").await), "/office/login");

    let guesser = Browser::new(&town);
    for _ in 0..5 {
        let answer = guesser.post("/office/login", &[("name", "admin"), ("password", "wrong")]).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    let answer = guesser.post("/office/login", &[("name", "admin"), ("password", &password)]).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(location(&guesser.get("/office").await), "/office/login");
    // Whoever guesses stops themselves only: the browser that was in before still gets in.
    let answer = admin.post("/office/login", &[("name", "admin"), ("password", &password)]).await;
    assert_eq!(location(&answer), "/office");

    let town = town.restart().await;
    assert_eq!(town.server.first_password, None, "it is told once");
}

#[tokio::test]
async fn without_a_login_nothing_is_shown() {
    let town = Town::start().await;
    let nobody = Browser::new(&town);
    for path in [
        "/office",
        "/office/people",
        "/office/handsets",
        "/office/alerts",
        "/office/audit",
        "/office/events",
        "/office/rosters/new",
        "/office/tickets/new",
        "/office/people/KPM-1/BST-2026-11",
        "/office/api/summary.json",
    ] {
        let answer = nobody.get(path).await;
        assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/office/login"), "{path}");
    }
}

#[tokio::test]
async fn pages_follow_a_strict_policy_and_forms_of_other_sites_are_refused() {
    let town = Town::start().await;
    let admin = Browser::user(&town, Role::Supervisor).await;
    let answer = admin.get("/office/nothing").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.text().await.expect("a page").contains("Halaman ini tidak ada."));

    let url = format!("{}/office/tickets/new", town.server.office_url);
    for origin in [Some("https://elsewhere.example"), Some("null"), None] {
        let request = admin.client.post(&url);
        let request = if let Some(origin) = origin { request.header("Origin", origin) } else { request };
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
    }
    assert_eq!(admin.post("/office/tickets/new", &[("route", "R1"), ("route", "R2")]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn each_role_may_do_its_own_and_no_more() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let lock = format!("/office/handsets/{}/locked", handset.id);
    for (role, may_upload, may_rule) in
        [(Role::Viewer, false, false), (Role::Office, true, false), (Role::Supervisor, true, true)]
    {
        let browser = Browser::user(&town, role).await;
        assert_eq!(browser.get("/office/people").await.status(), StatusCode::OK);
        let uploaded = browser.upload(ROSTER).await.status();
        assert_eq!(uploaded, if may_upload { StatusCode::OK } else { StatusCode::FORBIDDEN });
        assert_eq!(browser.post(&lock, &[]).await.status() == StatusCode::SEE_OTHER, may_rule);
        assert_eq!(browser.post("/office/tickets/new", &[("all", "yes")]).await.status() == StatusCode::OK, may_rule);
        assert_eq!(browser.get("/office/audit").await.status() == StatusCode::OK, may_rule);
    }
}

#[tokio::test]
async fn a_photo_is_opened_by_those_who_may_and_every_opening_is_written_down() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let picture = opened(&blob.key, &blob);
    handset.upload(&blob).await;
    let envelope = handset.seal(in_person("KPM-1", 300_000), &[blob]);
    let record = handset.send(&envelope).await.1.record;
    let address = format!("/office/records/{record}/photos/beneficiary");

    let viewer = Browser::user(&town, Role::Viewer).await;
    assert_eq!(viewer.get(&address).await.status(), StatusCode::FORBIDDEN);
    let page = viewer.read(&format!("/office/records/{record}")).await;
    assert!(page.contains("disegel") && !page.contains("0.710"), "a viewer sees only what isn't sealed");

    let office = Browser::user(&town, Role::Office).await;
    let answer = office.get(&address).await;
    assert_eq!(answer.headers()["content-type"], "image/jpeg");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.bytes().await.expect("a picture"), picture);
    assert!(office.read(&format!("/office/records/{record}?photos")).await.contains("0.710"));

    let supervisor = Browser::user(&town, Role::Supervisor).await;
    let audit = supervisor.read("/office/audit").await;
    assert!(audit.contains(&format!("{record} beneficiary")) && audit.contains("membuka foto"));
    assert!(!audit.contains("<b>viewer</b></td><td>membuka"), "who may not open, didn't");
}

#[tokio::test]
async fn what_was_seen_of_a_life_is_shown_with_its_frames_and_what_was_not_sure_is_an_alert() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let Record::InPerson(paid) = in_person("KPM-1", 300_000) else { unreachable!("it says so") };
    let exception = Record::Exception(Exception {
        like_officer: false,
        visit: paid.visit,
        reason: "Sakit leher".into(),
        face_match: Some(paid.face_match),
        liveness: Some(not_shown_alive()),
        proxy: None,
        refusal: None,
        paid: None,
        approval: None,
    });
    let blob = photo(BlobRole::Beneficiary);
    handset.upload(&blob).await;
    let record = {
        let envelope = handset.seal(exception, &[blob]);
        handset.send(&envelope).await.1.record
    };
    let address = format!("/office/records/{record}");
    let alerts = town.open_alerts().await;
    assert!(alerts.len() == 2, "{alerts:?}");

    let viewer = Browser::user(&town, Role::Viewer).await;
    assert!(!viewer.read(&address).await.contains("Mendekat"));
    assert_eq!(viewer.get(&format!("{address}/frames/0")).await.status(), StatusCode::FORBIDDEN);

    let office = Browser::user(&town, Role::Office).await;
    let page = office.read(&format!("{address}?photos")).await;
    for told in
        ["Belum pasti", "pengawas memutuskan", "Kedalaman", "Mendekat", "0.7–2.9 s", "3 pengambilan", "frames/0"]
    {
        assert!(page.contains(told), "{told} in {page}");
    }
    let frame = office.get(&format!("{address}/frames/0")).await;
    assert_eq!(frame.headers()["content-type"], "image/jpeg");
    assert_eq!(frame.bytes().await.expect("a picture"), not_shown_alive().frames[0].jpeg);
    assert_eq!(office.get(&format!("{address}/frames/1")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(office.get("/office/language/en").await.status(), StatusCode::SEE_OTHER);
    let listed = office.read("/office/alerts").await;
    assert!(listed.contains("Not shown to be somebody alive") && listed.contains("No depth was shown"), "{listed}");

    let supervisor = Browser::user(&town, Role::Supervisor).await;
    assert!(supervisor.read("/office/audit").await.contains(&format!("{record} frame 0")));
}

#[tokio::test]
async fn pages_hear_of_a_record_as_soon_as_it_arrives_and_show_it() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let browser = Browser::user(&town, Role::Viewer).await;
    assert!(browser.read("/office").await.contains("Rp 0"));
    let mut events = browser.get("/office/events").await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    // Whatever happened until now has been told.
    while tokio::time::timeout(Duration::from_secs(1), events.chunk()).await.is_ok() {}

    handset.pay("KPM-1", 300_000).await;
    let event = tokio::time::timeout(Duration::from_secs(10), events.chunk()).await.expect("an event in time");
    assert!(String::from_utf8_lossy(&event.expect("a stream").expect("an event")).contains("event: change\ndata: "));
    let page = browser.read("/office").await;
    assert!(page.contains("Rp 300.000") && page.contains("Rp 1.200.000"));
    let summary: serde_json::Value = browser.get("/office/api/summary.json").await.json().await.expect("figures");
    assert_eq!(
        (&summary["in_person"], &summary["remaining"], &summary["paid"]),
        (&1.into(), &2.into(), &300_000.into())
    );
}

#[tokio::test]
async fn a_roster_with_a_bad_row_changes_nothing_and_the_row_is_named() {
    let town = Town::start().await;
    let office = Browser::user(&town, Role::Office).await;
    let answer = office.upload(&ROSTER.replace("Siti Rahayu", "Siti R.").replace("R2,600000", "R2,sixty")).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.expect("a page");
    assert!(page.contains("Baris 4: Jumlah harus rupiah bulat."), "{page}");
    assert!(office.read("/office/people").await.contains("Siti Rahayu"));

    assert_eq!(office.upload(&ROSTER.replace("Siti Rahayu", "Siti R.")).await.status(), StatusCode::OK);
    assert!(office.read("/office/people").await.contains("Siti R."));
}

#[tokio::test]
async fn the_list_can_be_searched_and_filtered_in_both_languages() {
    let town = Town::start().await;
    town.handset(&[]).await.pay("KPM-2", 300_000).await;
    let browser = Browser::user(&town, Role::Viewer).await;
    for (search, standing, found) in
        [("budi", "", 1), ("R1", "", 2), ("", "in_person", 1), ("", "remaining", 2), ("%", "", 0)]
    {
        let answer = browser.post("/office/people", &[("search", search), ("standing", standing)]).await;
        let page = answer.text().await.expect("a page");
        assert!(page.contains(&format!("{found} penerima ditemukan")), "{search} {standing}");
    }
    assert_eq!(browser.get("/office/language/en").await.status(), StatusCode::SEE_OTHER);
    assert!(browser.read("/office/people").await.contains("3 beneficiaries found"));
}

fn opened(key: &BlobKey, blob: &SealedBlob) -> Vec<u8> {
    key.open(&blob.bytes).expect("its own key").to_vec()
}

#[tokio::test]
async fn a_supervisor_makes_codes_for_officers_and_it_is_written_down() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let path = format!("/office/handsets/{}/officers", handset.id);
    for role in [Role::Viewer, Role::Office] {
        let other = Browser::user(&town, role).await;
        assert_eq!(other.get(&path).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(other.post(&path, &[("act", "erase")]).await.status(), StatusCode::FORBIDDEN);
    }
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    assert!(supervisor.read(&path).await.contains("POS-7"), "whoever it was registered by");
    let made = supervisor.post(&path, &[("act", "admit"), ("officer", "POS-8"), ("name", "Budi <b>Hartono")]).await;
    assert_eq!(made.status(), StatusCode::OK);
    let page = made.text().await.expect("a page");
    assert!(page.contains("<svg"));
    let text = page.split("<p class=\"mono\">").nth(1).and_then(|rest| rest.split('<').next()).expect("the code");
    let code: UnlockCode = jws::verify(&handset.ticket.server_key, typ::CODE, text).expect("by the server");
    assert_eq!(code.handset, handset.id);
    let CodeAction::Admit { officer, secret, .. } = code.action else { panic!("an admission") };
    assert_eq!((officer.as_str(), &secret), ("POS-8", &handset.secret));
    let listed = supervisor.read(&path).await;
    assert!(listed.contains("Budi &lt;b&gt;Hartono") && listed.contains("value=\"remove\""));
    let removed = supervisor.post(&path, &[("act", "remove"), ("officer", "POS-7")]).await;
    assert_eq!(location(&removed), path);
    assert_eq!(
        supervisor.post(&path, &[("act", "remove"), ("officer", "POS-8")]).await.status(),
        StatusCode::BAD_REQUEST
    );
    let made = supervisor.post(&path, &[("act", "erase")]).await.text().await.expect("a page");
    assert!(made.contains("<svg"));
    for form in [&[("act", "promote")][..], &[("act", "admit"), ("officer", "no/id")], &[]] {
        assert_eq!(supervisor.post(&path, form).await.status(), StatusCode::BAD_REQUEST);
    }
    let audit = supervisor.read("/office/audit").await;
    for line in ["membuat kode pembuka", "mengeluarkan juru bayar", "membuat kode untuk menghapus gawai"] {
        assert!(audit.contains(line), "{line}");
    }
    assert!(audit.contains("POS-8") && !audit.contains(text));
}

#[tokio::test]
async fn a_receipt_is_found_by_its_code_and_a_mistyped_one_is_told_apart_from_an_unknown_one() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let photo = photo(BlobRole::Beneficiary);
    handset.upload(&photo).await;
    let envelope = handset.seal(in_person("KPM-1", 300_000), &[photo]);
    handset.send(&envelope).await;
    let key = std::fs::read_to_string(town.dir.path().join("keys/programme.key")).expect("the server made it");
    let key = hex::decode(key.trim_end()).expect("hex");
    let key = saksi_records::ProgrammeKey::from_bytes(key.as_slice().try_into().expect("32 bytes")).expect("a key");
    let payload = envelope.open(&key).expect("opens");
    let code = payload.receipt_key.code(envelope.header().record, &payload.record).to_string();

    let browser = Browser::user(&town, Role::Viewer).await;
    let ask = async |code: &str| {
        let answer = browser.post("/office/receipts", &[("code", code)]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.expect("a page")
    };
    let found = ask(&code.to_lowercase()).await;
    assert!(found.contains("Tanda terima ini benar.") && found.contains("KPM-1") && found.contains("Rp 300.000"));
    assert!(ask("0000-0000-000").await.contains("Tidak ada catatan dengan kode ini."));
    assert!(ask("0000-0000-001").await.contains("Ini bukan kode tanda terima"));
}

#[tokio::test]
async fn an_open_record_is_not_opened_again_by_itself() {
    let town = Town::start().await;
    let receipt = town.handset(&[]).await.pay("KPM-1", 300_000).await;
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    let mut events = supervisor.get("/office/events").await;
    while tokio::time::timeout(Duration::from_secs(1), events.chunk()).await.is_ok() {}
    let page = supervisor.read(&format!("/office/records/{}", receipt.record)).await;
    let heard = tokio::time::timeout(Duration::from_millis(1500), events.chunk()).await;
    assert!(heard.is_err(), "who looked changes no page");
    // Where something else changes, it asks for the counts only.
    assert!(page.contains("data-live-from=\"/office/counts\""), "{page}");
    assert!(supervisor.read("/office/counts").await.contains("id=\"open-alerts\""));
    assert_eq!(supervisor.read("/office/audit").await.matches("membuka catatan").count(), 1);
}

#[tokio::test]
async fn nobody_finds_out_a_nik_by_trying_and_who_looks_for_one_is_written_down() {
    let town = Town::start().await;
    let (viewer, office) = (Browser::user(&town, Role::Viewer).await, Browser::user(&town, Role::Office).await);
    for part in ["3273", "0003", "327301410765000", "3273010203"] {
        let page = office.post("/office/people", &[("search", part)]).await.text().await.expect("a page");
        assert!(page.contains("0 penerima ditemukan"), "{part}");
    }
    let whole = [("search", "3273014107650003")];
    assert_eq!(viewer.post("/office/people", &whole).await.status(), StatusCode::FORBIDDEN);
    let page = office.post("/office/people", &whole).await.text().await.expect("a page");
    assert!(page.contains("1 penerima ditemukan") && page.contains("Siti Rahayu"));
    assert!(page.contains("data-live-from"), "a page that stays open asks once");
    let audit = Browser::user(&town, Role::Supervisor).await.read("/office/audit").await;
    assert_eq!(audit.matches("mencari dengan NIK").count(), 1);
    assert!(audit.contains("KPM-1") && !audit.contains("3273014107650003"));
}

#[tokio::test]
async fn a_ticket_form_without_a_box_lets_nobody_see_everybody() {
    let town = Town::start().await;
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    for form in [&[][..], &[("route", "")], &[("route", "R1"), ("all", "yes")]] {
        let answer = supervisor.post("/office/tickets/new", form).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert!(answer.text().await.expect("a page").contains("Pilih rute, atau semua rute."));
    }
    assert!(!supervisor.read("/office/audit").await.contains("membuat tiket"));
}

#[tokio::test]
async fn a_roster_is_looked_at_before_it_is_applied_and_many_leave_only_by_their_number() {
    let town = Town::start().await;
    let office = Browser::user(&town, Role::Office).await;
    let one: Vec<&str> = ROSTER.lines().take(2).collect();
    let page = office.stage(one.join("\n")).await.text().await.expect("a page");
    assert!(page.contains("2 / 3"), "{page}");
    let (path, shown) = question(&page);
    assert_eq!(shown, None, "the number is asked for");
    let other = Browser::user(&town, Role::Supervisor).await;
    assert_eq!(other.post(&path, &[("leaving", "2")]).await.status(), StatusCode::NOT_FOUND, "whose it isn't");
    for leaving in ["1", "0"] {
        let answer = office.post(&path, &[("leaving", leaving)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(office.post(&path, &[]).await.status(), StatusCode::BAD_REQUEST);
    let handset = town.handset(&[]).await;
    assert_eq!(handset.roster(0).await.beneficiaries.len(), 3, "nothing has changed");

    assert_eq!(office.post(&path, &[("leaving", "2")]).await.status(), StatusCode::OK);
    assert_eq!(handset.roster(0).await.beneficiaries.len(), 1);
    assert_eq!(office.post(&path, &[("leaving", "2")]).await.status(), StatusCode::NOT_FOUND, "once");
    let staged = std::fs::read_dir(town.dir.path().join("imports")).expect("a folder").count();
    assert_eq!(staged, 0, "names aren't left lying about");
}

#[tokio::test]
async fn trying_names_does_not_tell_who_is_a_user() {
    let town = Town::start().await;
    town.server.programme().create_user("rina", Role::Viewer, "a long password").await.expect("a user");
    let mut answers = Vec::new();
    for name in ["rina", "nobody"] {
        let guesser = Browser::new(&town);
        let mut seen = Vec::new();
        for _ in 0..7 {
            let answer = guesser.post("/office/login", &[("name", name), ("password", "wrong")]).await;
            seen.push((answer.status(), answer.text().await.expect("a page")));
        }
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0][6].0, StatusCode::TOO_MANY_REQUESTS);
}
