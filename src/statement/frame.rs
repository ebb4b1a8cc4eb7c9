//! The frame of an assessment: services, cases, scope, policy, engagements, independence.

use crate::time::Day;

use super::field::{Line, List, Localised, Prose};
use super::head::{PartyId, PinTo};
use super::opening::Committed;
use super::schema::{record, words};

record! {
    /// Its id is the short name by which people call the service, such as `DN-1`.
    pub struct Service
        => "A service of the programme that can stand still and be resumed by itself.",
           "Een dienst van het programma die op zichzelf kan stilstaan en hervat kan worden."
    {
        description: Localised<Prose<1000>>
            => "Description": "What the service is, in plain words.",
               "Omschrijving": "Wat de dienst is, in gewone woorden.";
        needs: List<Domain, 1, 4>
            => "Domains needed": "The domains that must be in order for it.",
               "Nodige domeinen": "De domeinen die ervoor op orde moeten zijn.";
        sites: Committed<Prose<2000>>
            => "Sites": "Where it is carried out.",
               "Locaties": "Waar zij wordt uitgevoerd.";
        volumes: Committed<Prose<2000>>
            => "Volumes": "How much of it there is.",
               "Aantallen": "Hoe omvangrijk zij is.";
    }
}

record! {
    /// Its id is the name of the case, such as `zaak:2023-001`.
    pub struct Case
        => "A case is opened about one laboratory and some of its services.",
           "Een zaak wordt geopend over één laboratorium en een aantal van zijn diensten."
    {
        lab: PartyId
            => "Laboratory": "The laboratory that the case is about.",
               "Laboratorium": "Het laboratorium waarover de zaak gaat.";
        services: List<PinTo<Service>, 1, 32>
            => "Services": "The services that the case is about; a service is in one open case only.",
               "Diensten": "De diensten waarover de zaak gaat; een dienst is in één open zaak tegelijk.";
        incident: Localised<Line<300>>
            => "Incident": "What the case was opened for, in one sentence.",
               "Incident": "Waarvoor de zaak is geopend, in één zin.";
        opened: Day
            => "Opened on": "The day from which the case counts.",
               "Geopend op": "De dag vanaf wanneer de zaak telt.";
        summary: Committed<Prose<6000>>
            => "Summary": "What is known about the incident.",
               "Samenvatting": "Wat over het incident bekend is.";
    }
}

words! {
    /// One of the four parts in which a laboratory is assessed.
    pub enum Domain {
        Process = "operationeel-proces" => "operational process", "operationeel proces";
        Systems = "it-systemen" => "IT systems", "IT-systemen";
        DataFlows = "datastromen" => "data flows", "datastromen";
        Infrastructure = "it-infrastructuur" => "underlying IT infrastructure", "onderliggende IT-infrastructuur";
    }
}
