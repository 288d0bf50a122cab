/// A part of AWS with accounts and names of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Partition {
    /// What its regions' names begin with; the last one has all others.
    prefix: &'static str,
    /// Below which its registries and interfaces are.
    pub(super) suffix: &'static str,
    /// The same over IPv6 as well: registries are below `on.` of it, interfaces below `api.`.
    pub(super) dual_stack: &'static str,
}

/// All partitions, as AWS's own endpoint rules have them (`partitions.json` of the SDKs).
const PARTITIONS: [Partition; 8] = [
    Partition {
        prefix: "cn-",
        suffix: "amazonaws.com.cn",
        dual_stack: "amazonwebservices.com.cn",
    },
    Partition {
        prefix: "us-gov-",
        suffix: "amazonaws.com",
        dual_stack: "aws",
    },
    Partition {
        prefix: "eusc-",
        suffix: "amazonaws.eu",
        dual_stack: "amazonwebservices.eu",
    },
    Partition {
        prefix: "us-iso-",
        suffix: "c2s.ic.gov",
        dual_stack: "aws.ic.gov",
    },
    Partition {
        prefix: "us-isob-",
        suffix: "sc2s.sgov.gov",
        dual_stack: "aws.scloud",
    },
    Partition {
        prefix: "eu-isoe-",
        suffix: "cloud.adc-e.uk",
        dual_stack: "cloud-aws.adc-e.uk",
    },
    Partition {
        prefix: "us-isof-",
        suffix: "csp.hci.ic.gov",
        dual_stack: "aws.hci.ic.gov",
    },
    Partition {
        prefix: "",
        suffix: "amazonaws.com",
        dual_stack: "aws",
    },
];

impl Partition {
    /// Returns the partition of a region.
    pub(super) fn of(region: &str) -> &'static Self {
        let [others @ .., usual] = &PARTITIONS;
        let found = others
            .iter()
            .find(|partition| region.starts_with(partition.prefix));
        found.unwrap_or(usual)
    }

    /// Returns `true` if this is the partition of the United States' government.
    pub(super) fn is_government(&self) -> bool {
        self.prefix == "us-gov-"
    }

    /// Returns `true` if this is the one that most accounts are in.
    pub(super) fn is_usual(&self) -> bool {
        self.prefix.is_empty()
    }
}

/// Returns `true` if a text may be a region: it becomes a part of a host's name.
pub(super) fn is_region(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let bytes = text.as_bytes();
    (3..=40).contains(&bytes.len())
        && bytes.iter().all(|byte| fits(*byte))
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
}
