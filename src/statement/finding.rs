//! Findings and their way to closure: evidence, remediation, retest.

use super::field::{Line, List, Prose};
use super::frame::Domain;
use super::opening::Committed;
use super::schema::{record, words};

record! {
    /// Its id, such as `B-006`, is never given to another weakness, and ids of one source have no gaps.
    pub struct Finding
        => "A weakness that an assessor found, on record before it is repaired.",
           "Een zwakke plek die een beoordelaar vond, vastgelegd voordat zij is hersteld."
    {
        domain: Domain
            => "Domain": "The domain that it belongs to.",
               "Domein": "Het domein waartoe zij behoort.";
        source: Line<63>
            => "Source": "The reference of the report or test in which it was found.",
               "Bron": "Het kenmerk van het rapport of de test waarin zij is gevonden.";
        severity: Committed<Severity>
            => "Severity": "How serious the assessor rates it.",
               "Zwaarte": "Hoe ernstig de beoordelaar haar vindt.";
        title: Committed<Line<200>>
            => "Title": "What is wrong, in one line.",
               "Titel": "Wat er mis is, in één regel.";
        description: Committed<Prose<8000>>
            => "Description": "What is wrong, and how it was found.",
               "Beschrijving": "Wat er mis is, en hoe het is gevonden.";
        object: Committed<Line<300>>
            => "Object": "What it was found in.",
               "Object": "Waarin zij is gevonden.";
        controls: Committed<List<Line<100>, 1, 32>>
            => "Controls": "The controls of a standard that it breaks.",
               "Normen": "De normen waarvan zij afwijkt.";
        cvss: Committed<Line<200>>
            => "CVSS": "The CVSS vector.",
               "CVSS": "De CVSS-vector.";
        likelihood: Committed<Severity>
            => "Likelihood": "How likely it is to be used.",
               "Kans": "Hoe waarschijnlijk het is dat er gebruik van wordt gemaakt.";
        impact: Committed<Severity>
            => "Impact": "How bad that would be.",
               "Gevolg": "Hoe erg dat zou zijn.";
        exploit_path: Committed<Prose<4000>>
            => "Exploit path": "How it could be used.",
               "Aanvalspad": "Hoe er gebruik van kan worden gemaakt.";
    }
}

words! {
    /// How serious a finding is; the least serious first.
    pub enum Severity {
        Low = "low" => "Low", "Laag";
        Medium = "medium" => "Medium", "Middel";
        High = "high" => "High", "Hoog";
        Critical = "critical" => "Critical", "Kritiek";
    }
}
