//! What all pages have in common: the frame around them, and how times, states and refusals look.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::Offset;
use maud::{DOCTYPE, Markup, html};
use saksi_records::wire::HandsetState;

use super::i18n::{Lang, Text, text};
use super::session::{LoggedIn, language_of};
use super::{Office, Refusal, Shared, decisions};
use crate::db::alerts;
use crate::db::board::Standing;
use crate::db::handsets::state_name;
use crate::db::reviews;
use crate::db::users::Role;

/// The parts of the office that the frame names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Progress,
    List,
    Handsets,
    Alerts,
    Review,
    Receipts,
    Roster,
    Audit,
}

/// What is asked for again when something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Live {
    /// The page.
    Page,
    /// The page, which answers a search, with the same search.
    Search,
    /// Only the counts in the frame: the page itself stands in the audit each time it is asked for.
    Counts,
}

/// A whole page within the frame.
pub(super) async fn page(
    office: &Office,
    who: &LoggedIn,
    here: Section,
    title: &str,
    live: Live,
    content: &Markup,
) -> Result<Markup, Refusal> {
    let (open, waiting) = open_counts(office).await?;
    let t = |text| who.lang.of(text);
    let role = match who.user.role {
        Role::Viewer => text::ROLE_VIEWER,
        Role::Office => text::ROLE_OFFICE,
        Role::Supervisor => text::ROLE_SUPERVISOR,
    };
    let link = |section: Section, address: &str, name: Text| {
        html! { a href=(address) aria-current=[(section == here).then_some("page")] { (t(name))
            @if section == Section::Alerts { (count("open-alerts", open)) }
            @if section == Section::Review { (count("waiting", waiting)) }
        } }
    };
    let body = html! {
        a.skip href="#content" { (t(text::SKIP)) }
        header.top {
            div.bar {
                a.brand href="/office" { (t(text::PRODUCT)) }
                div.who {
                    span { (who.user.name) " · " (t(role)) }
                    (languages(who.lang))
                    form method="post" action="/office/logout" { button.plain { (t(text::LOGOUT)) } }
                }
                nav.main aria-label=(t(text::PRODUCT)) {
                    (link(Section::Progress, "/office", text::NAV_PROGRESS))
                    (link(Section::List, "/office/people", text::NAV_LIST))
                    (link(Section::Handsets, "/office/handsets", text::NAV_HANDSETS))
                    (link(Section::Alerts, "/office/alerts", text::NAV_ALERTS))
                    @if who.user.role.opens_records() { (link(Section::Review, "/office/review", text::NAV_REVIEW)) }
                    (link(Section::Receipts, "/office/receipts", text::NAV_RECEIPTS))
                    @if who.user.role.uploads_rosters() { (link(Section::Roster, "/office/rosters/new", text::NAV_ROSTER)) }
                    @if who.user.role.rules_handsets() { (link(Section::Audit, "/office/audit", text::NAV_AUDIT)) }
                }
            }
        }
        main #content { (content) }
    };
    Ok(document(who.lang, title, live, &body))
}

/// `GET /office/counts`: the counts in the frame, for pages that aren't asked for again.
pub(super) async fn counts(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    let (open, waiting) = open_counts(&office).await?;
    let content =
        html! { (count("open-alerts", open)) @if who.user.role.opens_records() { (count("waiting", waiting)) } };
    Ok(bare(who.lang, who.lang.of(text::PRODUCT), &content))
}

async fn open_counts(office: &Office) -> Result<(u64, u64), Refusal> {
    let mut conn = office.programme.db().read().await?;
    Ok((alerts::open_count(&mut conn).await?, reviews::waiting_count(&mut conn).await?))
}

fn count(id: &str, count: u64) -> Markup {
    html! { span id=(id) data-live { @if count > 0 { span.count { (count) } } } }
}

/// A page without the frame: for those who aren't logged in.
pub(super) fn bare(lang: Lang, title: &str, content: &Markup) -> Markup {
    document(lang, title, Live::Page, &html! { main #content { (content) } })
}

/// The links that switch the language.
pub(super) fn languages(lang: Lang) -> Markup {
    html! {
        span.langs {
            @for (other, name) in [(Lang::Id, "Indonesia"), (Lang::En, "English")] {
                a href={ "/office/language/" (other.code()) } lang=(other.code()) hreflang=(other.code())
                    aria-current=[(other == lang).then_some("true")] { (name) }
            }
        }
    }
}

/// A time on Java's clocks (WIB), to the minute.
pub(super) fn time(at: Timestamp) -> Markup {
    let local = Offset::constant(7).to_datetime(at);
    html! { time datetime=(at) { (local.strftime("%d-%m-%Y %H:%M")) " WIB" } }
}

/// The name of a standing.
pub(super) fn standing(standing: Standing) -> Text {
    match standing {
        Standing::InPerson => text::IN_PERSON,
        Standing::Proxy => text::BY_PROXY,
        Standing::Exception => text::EXCEPTION,
        Standing::NotServed => text::NOT_SERVED,
        Standing::Remaining => text::REMAINING,
    }
}

/// A standing as a coloured label that also says it.
pub(super) fn standing_badge(lang: Lang, it: Standing) -> Markup {
    html! { span class={ "badge " (it.as_str()) } { (lang.of(standing(it))) } }
}

/// A handset's state as a label.
pub(super) fn state_badge(lang: Lang, state: HandsetState) -> Markup {
    let name = match state {
        HandsetState::Active => text::STATE_ACTIVE,
        HandsetState::Locked => text::STATE_LOCKED,
        HandsetState::Erase => text::STATE_ERASE,
    };
    html! { span class={ "badge " (state_name(state)) } { (lang.of(name)) } }
}

/// Makes a page of every refusal.
pub(super) async fn show_refusals(request: Request, next: Next) -> Response {
    let lang = language_of(request.headers());
    let response = next.run(request).await;
    let Some(refusal) = response.extensions().get::<Refusal>() else { return response };
    let message = lang.of(match refusal {
        Refusal::NotFound => text::ERROR_NOT_FOUND,
        Refusal::Forbidden => text::ERROR_FORBIDDEN,
        Refusal::Request => text::ERROR_REQUEST,
        Refusal::Undecided(why) => decisions::why_not(*why),
        Refusal::Internal => text::ERROR_INTERNAL,
    });
    let content = html! {
        div.card.narrow {
            h1 { (message) }
            p { a.button href="/office" { (lang.of(text::BACK_HOME)) } }
        }
    };
    (response.status(), bare(lang, message, &content)).into_response()
}

fn document(lang: Lang, title: &str, live: Live, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (lang.of(text::PRODUCT)) }
                link rel="icon" href="/office/icon.svg";
                link rel="stylesheet" href="/office/style.css";
                script src="/office/live.js" defer {}
            }
            body data-posted=[(live == Live::Search).then_some("yes")]
                data-live-from=[(live == Live::Counts).then_some("/office/counts")] { (body) }
        }
    }
}
