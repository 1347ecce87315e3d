//! Usage and charges of the account.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Apps, Date};
use crate::reply::{Document, TableDocument};
use crate::value::Fields;

commands!(All, Billing, BillingLive, Data, EstimatedBalance, Summary, Vse);

/// Show the bandwidth of each stream or file in a month or on a day.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "usage.all",
    page = "https://cp.scaleengine.net/docs/api/usage/all",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct All {
    /// Application names or ids.
    #[param(example = "demo-origin")]
    app: Apps,
    /// Stream name, or path of a VOD file.
    #[param(example = "mystream")]
    url: Option<String>,
    /// Year.
    #[param(example = 2025)]
    year: i64,
    /// Month, 1 to 12.
    #[param(example = 7)]
    month: i64,
    /// Day of the month, for one day only.
    #[param(example = 20)]
    day: Option<i64>,
    extra: Fields,
}

/// Show the usage and charges of a month as a Google Charts table.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "usage.billing",
    page = "https://cp.scaleengine.net/docs/api/usage/billing",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = TableDocument
)]
#[non_exhaustive]
pub struct Billing {
    /// First day of the month.
    #[param(example = civil::date(2024, 12, 1))]
    starttime: Option<Date>,
    extra: Fields,
}

/// Show the usage and charges of the current month as a Google Charts table.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "usage.billing.live",
    page = "https://cp.scaleengine.net/docs/api/usage/billing_live",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = TableDocument
)]
#[non_exhaustive]
pub struct BillingLive {
    extra: Fields,
}

/// Show the usage and charges of a month as plain data.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "usage.data",
    page = "https://cp.scaleengine.net/docs/api/usage/data",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Data {
    /// First day of the month.
    #[param(example = civil::date(2025, 1, 1))]
    starttime: Option<Date>,
    extra: Fields,
}

/// Estimate the account balance after the projected usage of the current month.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "usage.estimatedbalance",
    page = "https://cp.scaleengine.net/dev/docs/api/usage/estimated_balance",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct EstimatedBalance {
    extra: Fields,
}

/// Show the total of each type of usage in a month as a Google Charts table.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "usage.summary",
    page = "https://cp.scaleengine.net/docs/api/usage/summary",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = TableDocument
)]
#[non_exhaustive]
pub struct Summary {
    /// First day of the month.
    #[param(example = civil::date(2025, 1, 1))]
    starttime: Option<Date>,
    extra: Fields,
}

/// Show the bandwidth of each stream or file in the VSE network.
///
/// The restriction to VSE is inferred from the command's name; the documentation describes it like
/// `usage.all`.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "usage.vse",
    page = "https://cp.scaleengine.net/docs/api/usage/vse",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Vse {
    /// Application names or ids.
    #[param(example = "demo-origin")]
    app: Apps,
    /// Stream name, or path of a VOD file.
    #[param(example = "mystream")]
    url: Option<String>,
    /// Year.
    #[param(example = 2025)]
    year: i64,
    /// Month, 1 to 12.
    #[param(example = 7)]
    month: i64,
    /// Day of the month, for one day only.
    #[param(example = 20)]
    day: Option<i64>,
    extra: Fields,
}
