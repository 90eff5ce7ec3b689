//! Capacity and cost of each calendar month. Amounts are kept in cents and written as decimal strings.

use std::io;

use super::SEED;
use super::plot::TESTERS;
use crate::calendar::{Calendar, along, month_name};
use crate::dice::Dice;
use crate::page::Page;

/// Whole units a month for one tester.
const PAY: i64 = 10_400;

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 15);
    for back in (0..24).rev() {
        let first = calendar.month(back);
        let month = month_name(first);
        let quarters = (along(TESTERS, calendar.day_of(first)) * 4.0 + 0.5) as i64;
        page.record("capacity", &month, |fields| {
            fields.word("month", &month).plain("fte", quarters as f64 / 4.0);
        })?;
        let agents = if calendar.day_of(first) > super::agents::LIVE { 2 } else { 1 };
        let external = dice.chance(0.4).then(|| dice.between(12_000, 38_000));
        let costs = [
            ("people", Some(quarters * PAY / 4)),
            ("tools", Some(3_200 + dice.between(0, 900))),
            ("compute", Some(dice.between(1_400, 2_600) * agents)),
            ("external", external),
        ];
        for (category, amount) in costs {
            let Some(amount) = amount else { continue };
            let cents = dice.below(100);
            page.record("cost", format_args!("{month}/{category}"), |fields| {
                fields.word("month", &month).word("category", category).key("amount", format_args!("{amount}.{cents:02}"));
            })?;
        }
    }
    Ok(())
}
