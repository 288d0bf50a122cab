/// A numeric part of a calendar version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum SchemeToken {
    FullYear,
    ShortYear,
    PaddedYear,
    ShortMonth,
    PaddedMonth,
    ShortWeek,
    PaddedWeek,
    ShortDay,
    PaddedDay,
    Major,
    Minor,
    Micro,
}

/// What a part stands for, the most significant first where they belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Year,
    Month,
    Week,
    Day,
    Major,
    Minor,
    Micro,
}

impl SchemeToken {
    /// Every token as it is written; one that begins another comes after it.
    pub(super) const NAMES: [(&'static str, Self); 12] = [
        ("YYYY", Self::FullYear),
        ("YY", Self::ShortYear),
        ("0Y", Self::PaddedYear),
        ("MM", Self::ShortMonth),
        ("0M", Self::PaddedMonth),
        ("WW", Self::ShortWeek),
        ("0W", Self::PaddedWeek),
        ("DD", Self::ShortDay),
        ("0D", Self::PaddedDay),
        ("MAJOR", Self::Major),
        ("MINOR", Self::Minor),
        ("MICRO", Self::Micro),
    ];

    /// Returns the least and the greatest number of digits.
    pub(super) fn widths(self) -> (usize, usize) {
        match self {
            Self::FullYear => (4, 4),
            Self::ShortYear => (1, 3),
            Self::PaddedYear | Self::PaddedMonth | Self::PaddedWeek | Self::PaddedDay => (2, 2),
            Self::ShortMonth | Self::ShortWeek | Self::ShortDay => (1, 2),
            Self::Major | Self::Minor | Self::Micro => (1, usize::MAX),
        }
    }

    /// Returns `true` if it always has one number of digits, so that another may follow at once.
    pub(super) fn is_fixed(self) -> bool {
        let (least, most) = self.widths();
        least == most
    }

    /// Returns the greatest number that it can be; the least is one for all but years and counters.
    pub(super) fn most(self) -> u64 {
        match self.unit() {
            Unit::Month => 12,
            Unit::Week => 53,
            Unit::Day => 31,
            Unit::Year | Unit::Major | Unit::Minor | Unit::Micro => u64::MAX,
        }
    }

    pub(super) fn least(self) -> u64 {
        match self {
            Self::FullYear => 1000,
            token if matches!(token.unit(), Unit::Month | Unit::Week | Unit::Day) => 1,
            _ => 0,
        }
    }

    pub(super) fn unit(self) -> Unit {
        match self {
            Self::FullYear | Self::ShortYear | Self::PaddedYear => Unit::Year,
            Self::ShortMonth | Self::PaddedMonth => Unit::Month,
            Self::ShortWeek | Self::PaddedWeek => Unit::Week,
            Self::ShortDay | Self::PaddedDay => Unit::Day,
            Self::Major => Unit::Major,
            Self::Minor => Unit::Minor,
            Self::Micro => Unit::Micro,
        }
    }
}

impl Unit {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Major => "MAJOR",
            Self::Minor => "MINOR",
            Self::Micro => "MICRO",
        }
    }
}
