//! Use and charges.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Apps, Date};
use crate::reply::{Document, TableDocument};
use crate::value::Fields;

commands!(All, Billing, BillingLive, Data, EstimatedBalance, Summary, Vse);

/// Bandwidth for each stream or file in a month or on a day.
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
    /// The application or applications, by name or id.
    #[param(example = "demo-origin")]
    app: Apps,
    /// A stream's name or the path of a VOD file.
    #[param(example = "mystream")]
    url: Option<String>,
    /// The year.
    #[param(example = 2025)]
    year: i64,
    /// The month, 1 to 12.
    #[param(example = 7)]
    month: i64,
    /// The day, for one day only.
    #[param(example = 20)]
    day: Option<i64>,
    extra: Fields,
}

/// One month of use and charges, as a Google table.
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
    /// The month, by its first day.
    #[param(example = civil::date(2024, 12, 1))]
    starttime: Option<Date>,
    extra: Fields,
}

/// Use and charges of the present month, as a Google table.
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

/// One month of use and charges, as plain data.
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
    /// The month, by its first day.
    #[param(example = civil::date(2025, 1, 1))]
    starttime: Option<Date>,
    extra: Fields,
}

/// Estimates the account's balance after what the present month is going to use.
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

/// Totals of a month for each type of use, as a Google table.
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
    /// The month, by its first day.
    #[param(example = civil::date(2025, 1, 1))]
    starttime: Option<Date>,
    extra: Fields,
}

/// As `usage.all`; by its name, of the VSE network alone.
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
    /// The application or applications, by name or id.
    #[param(example = "demo-origin")]
    app: Apps,
    /// A stream's name or the path of a VOD file.
    #[param(example = "mystream")]
    url: Option<String>,
    /// The year.
    #[param(example = 2025)]
    year: i64,
    /// The month, 1 to 12.
    #[param(example = 7)]
    month: i64,
    /// The day, for one day only.
    #[param(example = 20)]
    day: Option<i64>,
    extra: Fields,
}
