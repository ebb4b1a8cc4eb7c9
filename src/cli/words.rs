//! Every word that people read in an answer, Dutch and English side by side.
//!
//! A sentence is one fixed text in each language, never put together elsewhere; a language that lacks
//! one does not compile. Reasons for which a command could not run are in English only, because
//! the library gives them. What statements are called stands with their types.
//!
//! An answer says what was computed and what that does not show, and never more.

use std::fmt::Display;

use super::status::Step;
use crate::signer::Warning;
use crate::statement::csv::{self, About, Column, Delimiter, Reason};
use crate::statement::finding::Severity;
use crate::statement::frame::Domain;
use crate::statement::lint::{Hit, LintError};
use crate::statement::schema::Phrase;
use crate::statement::{Language, Type};
use crate::time::Seconds;
use crate::trust::{Age, Doubt};
use crate::verify::{Place, Rule};

macro_rules! phrases {
    ($($name:ident: $en:literal, $nl:literal;)*) => {
        $(
            #[doc = $en]
            pub const $name: Phrase = Phrase { en: $en, nl: $nl };
        )*
        #[cfg(test)]
        pub(super) const PHRASES: &[Phrase] = &[$($name),*];
    };
}

macro_rules! sentences {
    ($($(#[$meta:meta])* $name:ident($($value:ident),*): $en:literal, $nl:literal;)*) => {
        $(
            $(#[$meta])*
            #[doc = $en]
            pub fn $name(language: Language, $($value: impl Display),*) -> String {
                match language {
                    Language::English => format!($en),
                    Language::Dutch => format!($nl),
                }
            }
        )*
        #[cfg(test)]
        pub(super) const SENTENCES: &[Phrase] = &[$($(#[$meta])* Phrase { en: $en, nl: $nl }),*];
    };
}

pub mod demo;

phrases! {
    ACTIVE: "active", "actief";
    AGENT_MAY_ASK: "the ssh-agent signs; a device may want to be touched", "de ssh-agent ondertekent; misschien moet u het apparaat aanraken";
    ALL_SIGNED: "all named signers have signed; it can be submitted", "alle genoemde ondertekenaars hebben getekend; zij kan worden ingediend";
    AT_CHECKPOINT: "the checkpoint", "de stand";
    AT_GENESIS: "the beginning", "het begin";
    BECOMES_PUBLIC: "This becomes public, for anyone and for good:", "Dit wordt openbaar, voor iedereen en voorgoed:";
    CSV_MISSING: "Missing; nothing is written before the sheet or the map says all of this:", "Dit ontbreekt; er wordt niets geschreven voordat het werkblad of de lijst dit alles zegt:";
    FORM_CASE: "Case", "Zaak";
    FORM_DONE: "Done: press Enter.", "Klaar: druk op Enter.";
    FORM_DIGEST: "The SHA-256 of its payload, as `bewijs show` and `bewijs sign` print it.", "De SHA-256 van de inhoud, zoals `bewijs show` en `bewijs sign` die geven.";
    FORM_FILL_IN: "Fill this in? [y/N]", "Dit invullen? [j/N]";
    FORM_HOW:
        "You are asked field by field. < goes back one question, Ctrl-D stops: nothing is written then.\nBefore you sign, everything is shown.",
        "U wordt veld voor veld gevraagd. < gaat een vraag terug, Ctrl-D stopt: dan wordt er niets geschreven.\nVoordat u ondertekent, wordt alles getoond.";
    FORM_ID: "Reference", "Kenmerk";
    FORM_IN_DUTCH: "in Dutch", "in het Nederlands";
    FORM_IN_ENGLISH: "in English", "in het Engels";
    FORM_IN_THE_HOUSE: "(stays in the house; only a digest becomes public)", "(blijft in huis; alleen een vingerafdruk wordt openbaar)";
    FORM_LINE_TOO_LONG: "  ! a terminal hands over no longer lines: the end may be missing. Go back and use several lines, or --file.", "  ! een terminal geeft geen langere regels door: het einde kan ontbreken. Ga terug en gebruik meer regels, of --file.";
    FORM_MAY_BE_LEFT_OUT: "(public; may be left out)", "(openbaar; mag ontbreken)";
    FORM_NONE: "None: press Enter.", "Geen: druk op Enter.";
    FORM_NUMBER: "Type the number.", "Typ het nummer.";
    FORM_NO_FURTHER_BACK: "  ! this is the first question", "  ! dit is de eerste vraag";
    FORM_OR_NOTHING: "Nothing: press Enter.", "Niets: druk op Enter.";
    FORM_PUBLIC: "(public)", "(openbaar)";
    FORM_REASON: "Say in one line why it may be public for good, or press Enter to change the text.", "Zeg in één regel waarom het voorgoed openbaar mag zijn, of druk op Enter om de tekst te veranderen.";
    FORM_SEVERAL: "Several lines are possible; end with a line with only a point.", "Meer regels kan; sluit af met een regel met alleen een punt.";
    FORM_TWICE: "that is in the list already", "dat staat al in de lijst";
    FORM_UNSEEN: "there is something in it that nobody sees, such as an arrow key or a tab: type it again", "er zit iets in dat niemand ziet, zoals een pijltoets of een tab: typ het opnieuw";
    FORM_WHERE_FILE: "Say where the file is; it stays there.", "Zeg waar het bestand staat; het blijft daar.";
    LEAVES_THE_HOUSE: "This leaves the house, and nothing else:", "Dit gaat het huis uit, en niets anders:";
    LINT_HOW_TO_ALLOW: "change the text, or say why it may be public for good, as in --allow \"predicate.text.nl host-name the public web site\"", "verander de tekst, of zeg waarom het voorgoed openbaar mag zijn, zoals --allow \"predicate.text.nl host-name de openbare website\"";
    LINT_IN_THE_HOUSE: "Seen in what stays in the house; nothing is refused for it:", "Gezien in wat in huis blijft; daarvoor wordt niets geweigerd:";
    LINT_REFUSES: "This may not become public as it stands:", "Dit mag zo niet openbaar worden:";
    LINT_REFUSES_AT_THE_DOOR: "not recorded: it holds what may not become public", "niet vastgelegd: er staat iets in dat niet openbaar mag worden";
    LINT_REFUSES_TO_SIGN: "not signed, and nothing was written: it holds what may not become public", "niet ondertekend, en er is niets geschreven: er staat iets in dat niet openbaar mag worden";
    LINT_WARNS: "Look at this again before it becomes public; nothing is refused for it:", "Kijk hier nog eens naar voordat het openbaar wordt; daarvoor wordt niets geweigerd:";
    SIGNED_BY_FOUNDERS: "To be signed by all founding keys, of parties with at least two roles besides the operator.", "Te ondertekenen door alle sleutels van de oprichters, met minstens twee rollen naast de beheerder.";
    SIGNED_BY_NEW_KEY: "To be signed by the new key, and by an active key of the party or keys of two other parties with different roles.", "Te ondertekenen door de nieuwe sleutel en een actieve sleutel van de partij, of sleutels van twee andere partijen met verschillende rollen.";
    SIGNED_BY_VOUCHERS: "To be signed by a recovery key of the party, an active key of it, or keys of two other parties with different roles.", "Te ondertekenen door een herstelsleutel van de partij, een actieve sleutel ervan, of sleutels van twee andere partijen met verschillende rollen.";
    BOTH_LOG_KEYS_SIGN:
        "From here on both log keys sign every checkpoint: give --log-key for each.\nTell the witnesses and the readers the new one; `bewijs log-key end` ends the old one when they have it.",
        "Vanaf hier ondertekenen beide registersleutels elke stand: geef --log-key voor elk.\nMeld de nieuwe aan de getuigen en de lezers; `bewijs log-key end` beëindigt de oude als zij haar hebben.";
    DEFECTS: "What is wrong:", "Wat er niet klopt:";
    DOUBT_DEMO: "the trust file is for demo keys, whose secrets everybody has: they prove nothing", "het vertrouwensbestand is voor demonstratiesleutels, die iedereen heeft: zij bewijzen niets";
    DELIMITER_COMMA: "comma", "komma";
    DELIMITER_SEMICOLON: "semicolon", "puntkomma";
    DELIMITER_TAB: "tab", "tab";
    DESTROYED_HERE_ONLY:
        "Nothing of them is left in this file. Copies elsewhere are not touched: those given to others, backups, and what a disk keeps of files that are gone.\nThe values themselves may stand in drafts and reports still.",
        "In dit bestand is er niets meer van over. Kopieën elders zijn niet geraakt: wat aan anderen is gegeven, reservekopieën, en wat een schijf bewaart van bestanden die weg zijn.\nDe waarden zelf staan misschien nog in concepten en rapporten.";
    DESTROY_THESE: "Destroy these for good? [y/N] ", "Deze voorgoed vernietigen? [j/N] ";
    DOUBT_QUORUM_NONE: "the trust file asks for no witnesses, so nobody but the log vouches", "het vertrouwensbestand vraagt geen getuigen, dus staat niemand dan het register zelf ervoor in";
    LEFT_OUT: "Left out or changed:", "Weggelaten of veranderd:";
    LOG_DID_NOT_SIGN: "  the log that you trust did not sign this checkpoint", "  het register dat u vertrouwt, heeft deze stand niet ondertekend";
    LOG_SIGNED: "  the log that you trust signed this checkpoint", "  het register dat u vertrouwt, heeft deze stand ondertekend";
    KEEP_THE_KEY: "Keep the file and its passphrase: nobody can restore either.", "Bewaar het bestand en de wachtzin: niemand kan ze herstellen.";
    NEXT: "  Next:", "  Hierna:";
    NOTHING_CONFIDENTIAL: "Nothing in it is confidential.", "Er is niets vertrouwelijks in.";
    NOTHING_NEXT: "  Nothing that is recorded asks for a next step.", "  Niets van wat is vastgelegd, vraagt om een volgende stap.";
    NOT_TRUSTED: "Your trust file does not vouch for this checkpoint: what follows from it cannot be determined.", "Uw vertrouwensbestand staat niet in voor deze stand: wat eruit volgt, is niet te bepalen.";
    NOT_WHOLE: "Not shown: the ledger is not whole and consistent.", "Niet aangetoond: het register is niet heel en kloppend.";
    NOT_RECORDED_HERE: "Nothing here refers to these:", "Hier verwijst niets naar deze:";
    NOT_YOUR_LOG: "Not shown: this is not the ledger, with the witnesses, that your trust file names.", "Niet aangetoond: dit is niet het register, met de getuigen, dat uw vertrouwensbestand noemt.";
    NO_CHECKPOINT: "no checkpoint was signed yet", "er is nog geen stand ondertekend";
    NO_COSIGNATURES: "no cosignature: nobody but the log vouches for the newest checkpoint", "geen medetekening: niemand dan het register zelf staat in voor de nieuwste stand";
    NO_ENTRIES: "no entries", "geen vermeldingen";
    ONLY_COMMITTED: "Of this only a digest becomes public (committed):", "Hiervan wordt alleen een vingerafdruk openbaar (vastgelegd zonder inhoud te tonen):";
    OSCAL_DOES_NOT_SHOW:
        "OSCAL has no signatures: the document points to the entries that have them. It says what parties signed, not whether it is right. This is not a statement that data are safe.",
        "OSCAL kent geen handtekeningen: het document verwijst naar de vermeldingen die ze hebben. Het zegt wat partijen hebben ondertekend, niet of het klopt. Dit is geen uitspraak dat gegevens veilig zijn.";
    OSCAL_MISSING: "Missing; nothing is written before the map says all of this:", "Dit ontbreekt; er wordt niets geschreven voordat de lijst dit alles zegt:";
    QUORUM_COSIGNED: "The witnesses that you ask for cosigned this checkpoint.", "De getuigen die u vraagt, hebben deze stand meegetekend.";
    RECEIPT_DOES_NOT_SHOW: "This does not show who signed the statement, or whether it is right: `bewijs verify` checks the whole ledger.", "Dit toont niet wie de verklaring heeft ondertekend of dat zij klopt: `bewijs verify` controleert het hele register.";
    SEALED_TO_NOBODY: "It is not sealed: whoever reads the file reads the values.", "Het is niet verzegeld: wie het bestand leest, leest de waarden.";
    SEALED_WITH_PASSPHRASE: "It is sealed with a passphrase.", "Het is verzegeld met een wachtzin.";
    SIGNATURES: "Signatures, verified:", "Handtekeningen, gecontroleerd:";
    SIGNERS_ARE: "The signers are:", "De ondertekenaars zijn:";
    SIGN_THIS: "Sign this? [y/N] ", "Dit ondertekenen? [j/N] ";
    STATUS_IS_NO_VERDICT: "This counts what was recorded; it is no verdict. This is not a statement that data are safe.", "Dit telt wat is vastgelegd; het is geen oordeel. Dit is geen uitspraak dat gegevens veilig zijn.";
    STAYS_PRIVATE: "This stays private:", "Dit blijft vertrouwelijk:";
    TELL_THE_READERS:
        "The old log key did not sign this: every reader and every witness has to be told the new one by the parties.",
        "De oude registersleutel heeft dit niet ondertekend: de partijen moeten de nieuwe zelf aan elke lezer en getuige melden.";
    TEXT_WITHHELD: "text withheld", "tekst achtergehouden";
    VERIFY_DOES_NOT_SHOW:
        "This does not show that what was said is right, or that nothing was left out of the reports. This is not a statement that data are safe.",
        "Dit toont niet dat klopt wat er is gezegd, of dat er niets buiten de rapporten is gebleven. Dit is geen uitspraak dat gegevens veilig zijn.";
    WHOLE_AND_TRUSTED:
        "The ledger is whole and consistent, and the witnesses that you ask for cosigned its checkpoint.",
        "Het register is heel en kloppend, en de getuigen die u vraagt, hebben de stand meegetekend.";
    WHOLE_WITH_DEMO_KEYS:
        "Cannot be determined, only because these are demo keys, whose secrets everybody has. All else holds: the ledger is whole and consistent, and the witnesses that you ask for cosigned its checkpoint.",
        "Niet te bepalen, alleen omdat dit demonstratiesleutels zijn, die iedereen heeft. Al het andere is in orde: het register is heel en kloppend, en de getuigen die u vraagt, hebben de stand meegetekend.";
    WHOLE_NOT_TRUSTED:
        "Cannot be determined from what you hold: the ledger is whole and consistent, but your trust file does not vouch for this checkpoint.",
        "Niet te bepalen met wat u hebt: het register is heel en kloppend, maar uw vertrouwensbestand staat niet in voor deze stand.";
    WHOLE_ONLY:
        "The ledger is whole and consistent in itself. Nobody but the log vouches for it here: compare the fingerprint with one that was printed elsewhere, or give --trust.",
        "Het register is in zichzelf heel en kloppend. Niemand dan het register zelf staat daar hier voor in: vergelijk de vingerafdruk met een die elders is afgedrukt, of geef --trust op.";
    WHOLE_UNDETERMINED:
        "Cannot be determined from what you hold: a newer program, or who holds what is withheld, may know better.",
        "Niet te bepalen met wat u hebt: een nieuwer programma, of wie bewaart wat is achtergehouden, weet misschien meer.";
    YOUR_TRUST: "By your trust file:", "Volgens uw vertrouwensbestand:";
    WHAT_TO_DO_WITH_GENESIS:
        "Put the genesis digest and the fingerprint into the first official letter: by them anyone knows this ledger from every other.\nEach party puts the genesis digest and the log key into its own trust file.",
        "Zet de vingerafdruk van de oprichting en die van de eerste stand in de eerste officiële brief: daaraan herkent iedereen dit register.\nElke partij zet de vingerafdruk van de oprichting en de registersleutel in haar eigen vertrouwensbestand.";
    WITHHELD_NEXT:
        "Bring copies up to date with `bewijs export`, and remove backups that hold the text. `bewijs verify` checks that everything else is as it was.",
        "Werk kopieën bij met `bewijs export` en verwijder back-ups waarin de tekst staat. `bewijs verify` controleert dat al het andere is zoals het was.";
    WITHHOLDING_A_CASE:
        "This text opened a case: the case takes no more statements, and what was said in it cannot be determined without the text.",
        "Deze tekst opende een zaak: die neemt geen verklaringen meer op, en wat erin is gezegd, is zonder de tekst niet te bepalen.";
    WITHHOLDING_A_KEY:
        "This text enrolled a key: it signs nothing more, and what it signed cannot be determined without the text. Enrol a new key.",
        "Deze tekst schreef een sleutel in: die ondertekent niets meer, en wat hij ondertekende, is zonder de tekst niet te bepalen. Schrijf een nieuwe sleutel in.";
    WITHHOLDING_A_PARTY:
        "This text registered a party: its keys sign nothing more, and what they signed cannot be determined without the text. Register it again, under another id.",
        "Deze tekst liet een partij toe: haar sleutels ondertekenen niets meer, en wat zij ondertekenden, is zonder de tekst niet te bepalen. Laat haar opnieuw toe, met een ander kenmerk.";
    WITHHELD_EXPLAINED:
        "The text is withheld: publishing it would be unlawful. The entry stays, and its digest shows whether a text held elsewhere is this one.",
        "De tekst is achtergehouden: openbaarmaking zou onrechtmatig zijn. De vermelding blijft, en haar vingerafdruk toont of een elders bewaarde tekst deze is.";

    STEP_ACCEPT_RISK: "accept the risk until a day, or refuse to", "het risico tot een dag accepteren, of dat weigeren";
    STEP_ANSWER: "accept or refuse the engagement", "de opdracht aanvaarden of weigeren";
    STEP_ATTEST: "conclude: every finding is closed", "tot een oordeel komen: elke bevinding is gesloten";
    STEP_CLOSE: "close what was retested as fixed", "sluiten wat bij hertest is opgelost";
    STEP_COMPLETENESS: "declare how many findings the report has", "verklaren hoeveel bevindingen het rapport bevat";
    STEP_COSIGN: "ask the witnesses to cosign the newest checkpoint", "de getuigen vragen de nieuwste stand mee te tekenen";
    STEP_DECIDE: "decide on the conclusions", "besluiten naar aanleiding van de oordelen";
    STEP_END_LOG_KEY: "two log keys are in force: end the old one when everybody has the new one", "er gelden twee registersleutels: de oude beëindigen als iedereen de nieuwe heeft";
    STEP_DISCLOSE: "answer the request", "het verzoek beantwoorden";
    STEP_ENROL: "no active key is left: ask for the enrolment of a new one, vouched for by two other parties", "er is geen actieve sleutel over: de inschrijving van een nieuwe vragen, met instemming van twee andere partijen";
    STEP_ENGAGE: "engage an assessor", "een beoordelaar vragen";
    STEP_FULFIL: "confirm whether the condition is fulfilled", "bevestigen of aan de voorwaarde is voldaan";
    STEP_INDEPENDENCE: "declare independence for the engagement", "de onafhankelijkheid bij de opdracht verklaren";
    STEP_OPINE: "give an opinion on the risk that is to be accepted", "een mening geven over het te accepteren risico";
    STEP_POLICY: "adopt an assessment policy", "toetsingsbeleid vaststellen";
    STEP_REPAIR: "repair, and claim it", "herstellen, en dat melden";
    STEP_REPAIR_AGAIN: "not fixed at the retest: repair again, and claim it", "niet opgelost bij hertest: opnieuw herstellen, en dat melden";
    STEP_RESOLVE: "resolve the dispute or dissent", "de betwisting of het afwijkend standpunt beslechten";
    STEP_RESUME: "record the resumption together with the laboratory", "de hervatting vastleggen, samen met het laboratorium";
    STEP_RETEST: "retest what is claimed to be repaired", "hertesten wat als hersteld is gemeld";
    STEP_WATCH_RISK: "accepted, not fixed: on the day on which that ends it is open again", "geaccepteerd, niet opgelost: op de dag dat dit eindigt, staat zij weer open";
    STEP_SCOPE: "adopt a scope", "de scope vaststellen";

    WAIT_ACCEPT_RISK: "opinion given, waiting for acceptance of the risk", "mening gegeven, wacht op acceptatie van het risico";
    WAIT_ANSWER: "proposed, waiting for an answer", "voorgesteld, wacht op antwoord";
    WAIT_ATTEST: "every finding closed, waiting for the conclusion", "elke bevinding gesloten, wacht op het oordeel";
    WAIT_CLOSE: "retested as fixed, waiting to be closed", "bij hertest opgelost, wacht op sluiting";
    WAIT_COMPLETENESS: "waiting for the count of findings", "wacht op het aantal bevindingen";
    WAIT_COSIGN: "no cosignature on the newest checkpoint, waiting for the request", "geen medetekening bij de nieuwste stand, wacht op het verzoek";
    WAIT_DECIDE: "concluded, waiting for the decision", "oordeel gegeven, wacht op het besluit";
    WAIT_END_LOG_KEY: "two log keys are in force, waiting for the end of the old one", "er gelden twee registersleutels, wacht op het einde van de oude";
    WAIT_DISCLOSE: "requested, waiting for an answer", "verzocht, wacht op antwoord";
    WAIT_ENGAGE: "waiting for an assessor to be engaged", "wacht op een opdracht aan een beoordelaar";
    WAIT_ENROL: "no active key is left, waiting for a new one", "geen actieve sleutel over, wacht op een nieuwe";
    WAIT_FULFIL: "condition set, waiting for the assessor to confirm that it is fulfilled", "voorwaarde gesteld, wacht op bevestiging door de beoordelaar";
    WAIT_INDEPENDENCE: "accepted, waiting for the declaration of independence", "aanvaard, wacht op de onafhankelijkheidsverklaring";
    WAIT_OPINE: "acceptance of the risk asked, waiting for an opinion", "acceptatie van het risico gevraagd, wacht op een mening";
    WAIT_POLICY: "waiting for an assessment policy", "wacht op toetsingsbeleid";
    WAIT_REPAIR: "open, waiting for repair", "open, wacht op herstel";
    WAIT_REPAIR_AGAIN: "not fixed at the retest, waiting for repair", "niet opgelost bij hertest, wacht op herstel";
    WAIT_RESOLVE: "disputed, waiting for a resolution", "betwist, wacht op beslechting";
    WAIT_RESUME: "decided, waiting for the resumption, which both sign", "besloten, wacht op de hervatting, die beide ondertekenen";
    WAIT_RETEST: "claimed, waiting for retest", "geclaimd, wacht op hertest";
    WAIT_WATCH_RISK: "accepted until a day, not fixed", "tot een dag geaccepteerd, niet opgelost";
    WAIT_SCOPE: "waiting for the scope", "wacht op de scope";
}

sentences! {
    as_log(key): "as a log      {key}", "als register  {key}";
    as_witness(key): "as a witness  {key}", "als getuige   {key}";
    at_entry(index): "entry {index}", "vermelding {index}";
    attached(witness, size): "the cosignature of {witness} is attached to the checkpoint of size {size}", "de medetekening van {witness} is bij de stand met {size} vermeldingen gevoegd";
    basis_doubt(file, doubt): "warning: {file}: {doubt}", "let op: {file}: {doubt}";
    checked(size, threads): "checked {size} entries in {threads} threads: bytes, chain, index, signatures, admission, tree, checkpoint", "{size} vermeldingen in {threads} draden gecontroleerd: bytes, ketting, index, handtekeningen, toelating, boom, stand";
    cosignature_lines(names): "cosignatures by {names}; `bewijs verify --trust` verifies them", "medetekeningen van {names}; `bewijs verify --trust` controleert ze";
    cosigned(size, key): "cosigned the checkpoint of size {size} as {key}", "de stand met {size} vermeldingen is meegetekend als {key}";
    cosigner_absent(name): "  {name}: no cosignature", "  {name}: geen medetekening";
    cosigner_invalid(name, reason): "  {name}: a wrong cosignature: {reason}", "  {name}: een medetekening die niet klopt: {reason}";
    cosigner_valid(name, moment): "  {name}: cosigned on {moment}", "  {name}: meegetekend op {moment}";
    created(origin, place, kind): "created ledger {origin} in {place} ({kind})", "register {origin} is gemaakt in {place} ({kind})";
    csv_cells(rows): "{rows}: more cells than the header has names; is there a delimiter in a text without quotes?", "{rows}: meer cellen dan de kopregel namen heeft; staat er een scheidingsteken in een tekst zonder aanhalingstekens?";
    csv_controls(rows, most): "{rows}: more than {most} controls", "{rows}: meer dan {most} normen";
    csv_counts(rows, delimiter, drafts, columns): "Rows: {rows}; between cells: {delimiter}; drafts: {drafts}; columns taken: {columns}", "Rijen: {rows}; tussen de cellen: {delimiter}; concepten: {drafts}; gebruikte kolommen: {columns}";
    csv_empty(rows, name): "{rows}: {name} is empty", "{rows}: {name} is leeg";
    csv_formula(rows, name): "{rows}: {name} begins as a formula does; it is taken as text and never computed", "{rows}: {name} begint zoals een formule; de inhoud geldt als tekst en wordt nooit berekend";
    csv_gap(rows, after, before, lacking): "{rows}: ids between {after} and {before} that are not there: {lacking}; ids of one report have no gaps", "{rows}: kenmerken tussen {after} en {before} die ontbreken: {lacking}; kenmerken van één rapport hebben geen gaten";
    csv_id_form(rows, found): "{rows}: \"{found}\" is no id like B-001; correct it, or set first_id in the map, which numbers the rows", "{rows}: \"{found}\" is geen kenmerk zoals B-001; verbeter het, of zet first_id in de lijst, die de rijen nummert";
    csv_id_twice(rows, id): "{rows}: the id {id} stands there more than once", "{rows}: het kenmerk {id} staat er meer dan één keer";
    csv_invisible(rows, name): "{rows}: characters in {name} that cannot be seen were dropped", "{rows}: onzichtbare tekens in {name} zijn weggelaten";
    csv_no_column(label, name): "no column {label}; add it to the sheet, or give the name of its column under [columns] in the map as \"{name}\"", "geen kolom {label}; voeg haar toe aan het werkblad, of geef de naam van de kolom onder [columns] in de lijst op als \"{name}\"";
    csv_no_column_but(label, name, member): "no column {label}; add it to the sheet, give the name of its column under [columns] in the map as \"{name}\", or set {member} in the map", "geen kolom {label}; voeg haar toe aan het werkblad, geef de naam van de kolom onder [columns] in de lijst op als \"{name}\", of zet {member} in de lijst";
    csv_own_ids(name): "column {name}: not imported, because first_id in the map numbers the rows", "kolom {name}: niet ingelezen, omdat first_id in de lijst de rijen nummert";
    csv_persons(name): "column {name}: names persons, or how to reach them; not imported", "kolom {name}: noemt personen, of hoe zij te bereiken zijn; niet ingelezen";
    csv_row(row): "row {row}", "rij {row}";
    csv_rows(rows): "rows {rows}", "rijen {rows}";
    csv_rows_of_many(rows, count): "rows {rows} and more, {count} in all", "rijen {rows} en meer, {count} in totaal";
    csv_shortened(rows, field): "{rows}: {field} is too long; the end was left out", "{rows}: {field} is te lang; het einde is weggelaten";
    csv_source(rows, name, found): "{rows}: {name} is \"{found}\"; expected one line of at most 63 characters", "{rows}: {name} is \"{found}\"; verwacht werd één regel van hoogstens 63 tekens";
    csv_unknown_column(name): "column {name}: no field of a finding; not imported", "kolom {name}: geen veld van een bevinding; niet ingelezen";
    csv_word(rows, name, found, known, table): "{rows}: {name} is \"{found}\", which is none of {known}; correct it, or add \"{found}\" = \"…\" under [{table}] in the map", "{rows}: {name} is \"{found}\", geen van {known}; verbeter het, of zet \"{found}\" = \"…\" onder [{table}] in de lijst";
    defect_at(place, code, demand): "{place}: {code}: {demand}", "{place}: {code}: {demand}";
    doubt_ahead(moment): "the witnesses cosigned on {moment}, after the moment that you ask about", "de getuigen tekenden mee op {moment}, na het moment waarnaar u vraagt";
    doubt_cosigner(reason): "the signature of a known witness is wrong: {reason}", "de handtekening van een bekende getuige klopt niet: {reason}";
    doubt_log(reason): "no checkpoint signed by the log that you trust: {reason}", "geen stand die is ondertekend door het register dat u vertrouwt: {reason}";
    doubt_old(moment, days): "the witnesses cosigned on {moment}, longer ago than the {days} days that you allow", "de getuigen tekenden mee op {moment}, langer geleden dan de {days} dagen die u toestaat";
    doubt_quorum(name, needed, found, missing): "too few cosignatures: {name} needs {needed} and has {found}; missing: {missing}", "te weinig medetekeningen: {name} vraagt er {needed} en heeft er {found}; het ontbreekt aan: {missing}";
    draft_has_gaps(label, count): "expected a filled-in form ({label}), found places that are not right: {count}", "verwacht een ingevuld formulier ({label}), gevonden plaatsen die niet kloppen: {count}";
    file_leaves(file): "  {file}: the public part above, the digests and the signatures, as soon as you hand it in. This program sends nothing.", "  {file}: het openbare deel hierboven, de vingerafdrukken en de handtekeningen, zodra u het indient. Dit programma verstuurt niets.";
    file_not_read(label, at, why): "{label} ({at}): expected a file that can be read, found none: {why}", "{label} ({at}): verwacht een bestand dat te lezen is, niet gevonden: {why}";
    form_earlier(answer): "  (you answered: {answer}; = keeps that)", "  (u antwoordde: {answer}; = houdt dat zo)";
    form_id_expected(form): "expected a reference like {form}", "verwacht een kenmerk zoals {form}";
    form_id_of(label, form): "The name of this statement ({label}), unique in its thread, like {form}", "De naam van deze verklaring ({label}), uniek in haar draad, zoals {form}";
    form_id_taken(id): "the ledger has {id} already: choose the next free one", "het register heeft {id} al: kies het volgende vrije";
    form_list(min, max): "A list of {min} to {max}, asked one by one.", "Een lijst van {min} tot en met {max}, een voor een gevraagd.";
    form_more(count): "and {count} more: type the reference", "en nog {count}: typ het kenmerk";
    lint_hit(at, from, to, found, kind, reason): "  {at}, characters {from} to {to}: {found} looks like {kind}: {reason}", "  {at}, tekens {from} tot en met {to}: {found} lijkt op {kind}: {reason}";
    lint_hit_masked(at, from, to, kind, remedy): "{at}, characters {from} to {to}: looks like {kind}: {remedy}", "{at}, tekens {from} tot en met {to}: lijkt op {kind}: {remedy}";
    lint_idle(at, kind): "{at}: nothing there looks like {kind}: leave the exception out", "{at}: niets daar lijkt op {kind}: laat de uitzondering weg";
    persons_of(count, roles): "{count} of: {roles}", "{count} van: {roles}";
    pin_not_found(label, at, id): "{label} ({at}): expected a statement of the case or the charter in the ledger, found none called {id}", "{label} ({at}): verwacht een verklaring uit de zaak of de oprichtingsakte in het register, geen gevonden met kenmerk {id}";
    pin_without_ledger(label, at, id): "{label} ({at}): expected id and sha256, or the id with --ledger, found only {id}", "{label} ({at}): verwacht kenmerk (id) en sha256, of het kenmerk met --ledger, gevonden alleen {id}";
    template_written(label, file): "wrote a form to fill in ({label}) to {file}; `bewijs sign --file` takes it", "een formulier om in te vullen ({label}) is geschreven naar {file}; `bewijs sign --file` leest het";
    to_be_signed_by(needs): "To be signed by {needs}.", "Te ondertekenen door {needs}.";
    destroyed_draft(file): "a draft of the statement that records it is in {file}: fill in the ground, then sign it as evidence-destroyed", "een concept van de verklaring hierover staat in {file}: vul de grond in en onderteken het als evidence-destroyed";
    destroyed(count, file, left): "destroyed {count} openings in {file}; left: {left}", "{count} openingen vernietigd in {file}; over: {left}";
    drafts_written(count, folder): "Drafts written into {folder}: {count}; each is signed with `bewijs sign finding`", "Concepten geschreven in {folder}: {count}; elk wordt ondertekend met `bewijs sign finding`";
    ended_by(index): "ended by entry {index}", "beëindigd door vermelding {index}";
    envelope_digest(digest): "envelope     {digest}", "omslag       {digest}";
    exported(size, folder, written, compared): "exported to {folder}; entries: {size}, files written: {written}, there already: {compared}", "uitgevoerd naar {folder}; vermeldingen: {size}, bestanden geschreven: {written}, stonden er al: {compared}";
    finding_counts(all, closed, retested, claimed, accepted, open): "  Findings: {all} registered; {closed} closed, {retested} retested as fixed, {claimed} claimed to be repaired, {accepted} accepted and not fixed, {open} open", "  Bevindingen: {all} vastgelegd; {closed} gesloten, {retested} bij hertest opgelost, {claimed} gemeld als hersteld, {accepted} geaccepteerd en niet opgelost, {open} open";
    fingerprint_line(size, fingerprint): "fingerprint at size {size}: {fingerprint}", "vingerafdruk bij {size} vermeldingen: {fingerprint}";
    first_fingerprint(fingerprint): "fingerprint at size 1  {fingerprint}", "vingerafdruk bij 1 vermelding     {fingerprint}";
    file_is(file, path): "{file} is the file that {path} describes", "{file} is het bestand dat {path} beschrijft";
    followers(count, index): "  {count} later entries could not be judged because of entry {index}", "  {count} latere vermeldingen waren niet te beoordelen vanwege vermelding {index}";
    genesis(digest): "genesis digest         {digest}", "vingerafdruk van de oprichting    {digest}";
    handover_drafted(operator, key, size, file): "wrote to {file} what `bewijs sign operator --file {file}` signs: {operator} takes over with the log key {key}, after the checkpoint of size {size}", "in {file} staat wat `bewijs sign operator --file {file}` ondertekent: {operator} neemt over met de registersleutel {key}, na de stand met {size} vermeldingen";
    genesis_in_groups(groups): "the same, in groups    {groups}", "hetzelfde, in groepen van vier    {groups}";
    identity_written(file): "wrote a new identity, sealed with a passphrase, to {file}", "een nieuwe identiteit is verzegeld met een wachtzin geschreven naar {file}";
    key_id(id): "key id        {id}", "nummer        {id}";
    key_written(file): "wrote a new key, encrypted, to {file}", "een nieuwe sleutel is versleuteld geschreven naar {file}";
    known(index, id, file): "{index}  {id}  stands there already  {file}", "{index}  {id}  staat daar al  {file}";
    ledger_closed(index): "closed by entry {index}: nothing is recorded after it but that a text is withheld", "gesloten door vermelding {index}: daarna wordt niets vastgelegd, behalve dat een tekst wordt achtergehouden";
    leaf(hash): "leaf hash    {hash}", "bladhash     {hash}";
    ledger_named(origin, genesis): "ledger {origin}, genesis digest {genesis}", "register {origin}, vingerafdruk van de oprichting {genesis}";
    ledger_with_entries(origin, size): "{origin}: {size} entries", "{origin}: {size} vermeldingen";
    loaded(size, folder, kind): "loaded {size} entries into {folder} ({kind}), after verifying them", "{size} vermeldingen ingelezen in {folder} ({kind}), na controle";
    log_key_announced(key, index): "entry {index} announces the log key {key}", "vermelding {index} kondigt de registersleutel {key} aan";
    log_key_followed(old, new): "  your log key {old} was replaced by {new}, for which it vouched: put the new one into your trust file", "  uw registersleutel {old} is vervangen door {new}, waarvoor zij instond: zet de nieuwe in uw vertrouwensbestand";
    log_key_has_ended(key, index, left): "entry {index} ends the log key {key}; later checkpoints are signed by {left}", "vermelding {index} beëindigt de registersleutel {key}; latere standen ondertekent {left}";
    log_key_now(keys): "log key {keys}", "registersleutel {keys}";
    log_key(key): "log key                {key}", "registersleutel                   {key}";
    matches(count): "Openings that match what was registered: {count}", "Openingen die overeenkomen met wat is vastgelegd: {count}";
    mismatch(day): "Does not match what was recorded on {day}:", "Komt niet overeen met wat op {day} is vastgelegd:";
    more_lines(count): "and {count} more; --json lists all", "en nog {count}; --json noemt ze alle";
    never_withheld(index, label): "entry {index} is never withheld ({label}): the ledger rests on what it says", "vermelding {index} wordt nooit achtergehouden ({label}): het register rust op wat erin staat";
    new_passphrase_of(file): "New passphrase for {file}: ", "Nieuwe wachtzin voor {file}: ";
    newest_written(size): "wrote the checkpoint of size {size}, which was cosigned last", "de stand met {size} vermeldingen, die het laatst is meegetekend, is geschreven";
    nothing_to_compare(folder): "note: {folder} held nothing of this log before, so there was no earlier checkpoint to compare this one with", "let op: {folder} bevatte nog niets van dit register, dus was er geen eerdere stand om deze mee te vergelijken";
    open_items(role, all, own): "{role}: {all} open, {own} of them to do here", "{role}: {all} open, waarvan hier te doen: {own}";
    mismatch_of_file(file): "Does not match {file}:", "Komt niet overeen met {file}:";
    openings_listed(count, file): "openings in {file}: {count}", "openingen in {file}: {count}";
    openings_plain(file): "warning: {file} is not sealed: whoever reads it reads the values; --recipient seals it", "let op: {file} is niet verzegeld: wie het leest, leest de waarden; --recipient verzegelt het";
    openings_selected(count, file): "wrote {count} openings, and nothing else, to {file}", "{count} openingen, en niets anders, geschreven naar {file}";
    openings_written(file): "the confidential values are in {file}: keep it private, nothing else can open them", "de vertrouwelijke waarden staan in {file}: houd dit voor uzelf, niets anders kan ze openen";
    operator_and_keys(operator, active, revoked): "operator {operator}; {active} active keys, {revoked} revoked", "beheerder {operator}; {active} actieve sleutels, {revoked} ingetrokken";
    oscal_opened(opened, confidential): "confidential fields shown in it: {opened} of {confidential}", "vertrouwelijke velden die erin te zien zijn: {opened} van {confidential}";
    oscal_sha256(digest): "SHA-256 {digest}", "SHA-256 {digest}";
    oscal_unreferenced(paths): "openings that open nothing of this case: {paths}", "openingen die niets van deze zaak openen: {paths}";
    oscal_withheld(places): "entries of the case whose text is withheld: {places}", "vermeldingen van de zaak waarvan de tekst is achtergehouden: {places}";
    oscal_written(file, findings): "written to {file}; findings: {findings}", "geschreven naar {file}; bevindingen: {findings}";
    oscal_counts(all, counted, drafts): "Findings in the document: {all}; that count: {counted}; drafts: {drafts}", "Bevindingen in het document: {all}; die meetellen: {counted}; concepten: {drafts}";
    other_names(file, count): "warning: the file {file} had {count} other names on this disk: the old bytes stand there still", "let op: het bestand {file} had {count} andere namen op deze schijf: de oude inhoud staat daar nog";
    pages_written(folder): "wrote manual pages into {folder}", "handleidingen geschreven in {folder}";
    passphrase_again(): "The same again: ", "Nogmaals: ";
    passphrase_of(file): "Passphrase for {file}: ", "Wachtzin voor {file}: ";
    payload(digest): "payload      {digest}", "inhoud       {digest}";
    payload_digest(digest): "payload SHA-256 {digest}", "SHA-256 van de inhoud {digest}";
    #[cfg(feature = "pkcs11")]
    pin_fewer(token): "warning: a wrong PIN was given to token {token} before: a few more lock it", "let op: token {token} kreeg eerder een verkeerde pincode: na nog een paar gaat het op slot";
    #[cfg(feature = "pkcs11")]
    pin_last(token): "warning: token {token} takes one more PIN: a wrong one locks it", "let op: token {token} neemt nog één pincode aan: een verkeerde zet het op slot";
    #[cfg(feature = "pkcs11")]
    pin_of(token): "PIN for token {token}: ", "Pincode voor token {token}: ";
    #[cfg(feature = "pkcs11")]
    pin_on_device(token): "give the PIN of token {token} on the device", "geef de pincode van token {token} op het apparaat";
    position(index): "Position {index}", "Positie {index}";
    progress(done, all): "verified {done} of {all} entries", "{done} van {all} vermeldingen gecontroleerd";
    public_key(key): "public key    {key}", "publiek deel  {key}";
    quorum_met(moment): "  the quorum that you ask for held last on {moment}", "  het quorum dat u vraagt, is het laatst gehaald op {moment}";
    recipient_is(recipient): "recipient     {recipient}", "ontvanger     {recipient}";
    receipt_holds(id, index, size): "{id} stands at position {index} of the ledger, under the checkpoint of size {size}.", "{id} staat op positie {index} van het register, onder de stand met {size} vermeldingen.";
    receipt_without_text(index, receipt, entry): "wrote the receipt of position {index} to {receipt} and its entry to {entry}; its text is withheld", "het ontvangstbewijs van positie {index} staat in {receipt} en de vermelding in {entry}; de tekst is achtergehouden";
    receipt_written(index, receipt, entry, statement): "wrote the receipt of position {index} to {receipt}, its entry to {entry} and its statement to {statement}", "het ontvangstbewijs van positie {index} staat in {receipt}, de vermelding in {entry} en de verklaring in {statement}";
    recorded(index, id, file): "{index}  {id}  recorded  {file}", "{index}  {id}  vastgelegd  {file}";
    recorded_at(moment): "recorded on {moment}, by the operator's clock", "vastgelegd op {moment}, volgens de klok van de beheerder";
    request_written(old, size): "wrote a request to cosign the checkpoint of size {size}, from size {old}", "een verzoek om de stand met {size} vermeldingen mee te tekenen, vanaf {old}, is geschreven";
    replaced_by(index): "replaced by entry {index}", "vervangen door vermelding {index}";
    revoked_by(index): "revoked by entry {index}", "ingetrokken door vermelding {index}";
    revoked_since(index, moment): "revoked by entry {index}, compromised since {moment}", "ingetrokken door vermelding {index}, gecompromitteerd sinds {moment}";
    root(hash): "root hash {hash}", "wortel {hash}";
    sealed_to(recipients): "It is sealed to {recipients}.", "Het is verzegeld voor {recipients}.";
    signatures_wrong(error): "The signatures do not verify: {error}", "De handtekeningen kloppen niet: {error}";
    signed_as(label, id, file): "signed {label} {id} into {file}", "{label} {id} is ondertekend in {file}";
    signed_by(holder, name, role, key): "  {holder}  {name} ({role}), key {key}", "  {holder}  {name} ({role}), sleutel {key}";
    signed_by_other_key(key): "  recovery or founding key {key}", "  herstel- of oprichtingssleutel {key}";
    signer_revoked(key, index): "warning: key {key} was revoked by entry {index}: the ledger would refuse this", "let op: sleutel {key} is ingetrokken door vermelding {index}: het register zou dit weigeren";
    signer_unknown(key): "warning: the ledger does not know key {key}: it would refuse this", "let op: het register kent sleutel {key} niet: het zou dit weigeren";
    statement_counts(list): "  Statements: {list}", "  Verklaringen: {list}";
    since(index, day): "position {index}, {day}", "positie {index}, {day}";
    still_to_sign(key): "still to sign: {key}", "moet nog tekenen: {key}";
    taken_over(operator, places): "{operator} runs the ledger from here on, as entries {places} say", "{operator} beheert het register vanaf hier, zoals vermeldingen {places} zeggen";
    this_text_goes(index): "The text of entry {index} goes, for good; the entry stays:", "De tekst van vermelding {index} verdwijnt, voorgoed; de vermelding blijft:";
    thread(name, seq): "thread       {name}, number {seq}", "draad        {name}, nummer {seq}";
    uncovered(count): "the newest checkpoint does not cover {count} entries yet", "de nieuwste stand omvat {count} vermeldingen nog niet";
    unlisted_defects(count): "  and {count} more", "  en nog {count}";
    values_stay(file): "  The values and salts above go to {file}, which you keep. The secret keys stay where they are.", "  De waarden hierboven gaan met hun zout naar {file}, dat u bewaart. De geheime sleutels blijven waar zij zijn.";
    warning_demo(file, name): "warning: {file}: everybody has this demo key, {name}: what it signs shows nothing", "let op: {file}: iedereen heeft deze demonstratiesleutel, {name}: wat hij ondertekent, toont niets";
    warning_open(file, mode): "warning: {file}: others may read or change this key file (mode {mode})\nchmod 600 {file} closes it", "let op: {file}: anderen kunnen dit sleutelbestand lezen of veranderen (modus {mode})\nchmod 600 {file} sluit het af";
    warning_plain(file): "warning: {file}: this key file is not encrypted: whoever reads it can sign", "let op: {file}: dit sleutelbestand is niet versleuteld: wie het leest, kan ondertekenen";
    withheld_at(list): "texts withheld, as later entries say, at positions {list}", "achtergehouden teksten, zoals latere vermeldingen zeggen, op posities {list}";
    withheld_because(by, ground): "Entry {by} says so, with this ground: {ground}", "Vermelding {by} zegt dit, met deze grond: {ground}";
    withheld_by(index, id, by): "the text of {id} at position {index} is out of this ledger, as entry {by} says", "de tekst van {id} op positie {index} is uit dit register, zoals vermelding {by} zegt";
    withheld_count(count): "  Withheld texts, not counted: {count}", "  Achtergehouden teksten, niet meegeteld: {count}";
    would_be_refused(reason): "warning: the ledger would refuse this now: {reason}", "let op: het register zou dit nu weigeren: {reason}";
}

/// Says what the lint found, to who wrote it.
pub fn lint_found(language: Language, hit: &Hit) -> String {
    lint_hit(
        language,
        &hit.at,
        hit.characters.start + 1,
        hit.characters.end,
        super::answer::visible(hit.for_the_author()),
        hit.kind.label().text(language),
        hit.kind.reason().text(language),
    )
}

/// Says what the lint found, to who wrote it, and what to do about it.
pub fn lint_found_and_remedy(language: Language, hit: &Hit) -> String {
    let remedy = hit.kind.remedy().text(language);
    format!("{}\n    {remedy}", lint_found(language, hit))
}

/// Says what the lint refuses, one line a place, without what stands there.
pub fn lint_error(language: Language, error: &LintError) -> Vec<String> {
    let refused = error.refused.iter().map(|hit| {
        let (from, to) = (hit.characters.start + 1, hit.characters.end);
        let label = hit.kind.label().text(language);
        lint_hit_masked(
            language,
            &hit.at,
            from,
            to,
            label,
            hit.kind.remedy().text(language),
        )
    });
    let idle = error
        .idle
        .iter()
        .map(|it| lint_idle(language, &it.at, it.kind.label().text(language)));
    refused.chain(idle).collect()
}

/// Says that a statement was signed.
pub fn signed(language: Language, kind: Type, id: impl Display, file: impl Display) -> String {
    let label = kind.info().label.text(language);
    signed_as(language, label, id, file)
}

/// Says what a person should know about a key file.
pub fn warning(language: Language, warning: &Warning) -> String {
    match warning {
        Warning::OpenToOthers { path, mode } => {
            warning_open(language, path.display(), format!("{mode:03o}"))
        }
        Warning::Plain { path } => warning_plain(language, path.display()),
    }
}

/// Says why a checkpoint is not trusted; reasons within come from the library, in English.
pub fn doubt(language: Language, doubt: &Doubt) -> String {
    match doubt {
        Doubt::DemoKeys => DOUBT_DEMO.text(language).to_owned(),
        Doubt::QuorumNone => DOUBT_QUORUM_NONE.text(language).to_owned(),
        Doubt::Log(error) => doubt_log(language, error),
        Doubt::Cosigner(error) => doubt_cosigner(language, error),
        Doubt::Quorum(shortfalls) => {
            let short = shortfalls.iter().map(|short| {
                let missing = short.missing.join(", ");
                doubt_quorum(language, &short.name, short.needed, short.found, missing)
            });
            short.collect::<Vec<_>>().join("; ")
        }
        Doubt::Age(Age::TooOld {
            quorum_time,
            maximum_days,
            ..
        }) => doubt_old(language, moment(language, *quorum_time), maximum_days),
        Doubt::Age(Age::Ahead { quorum_time, .. }) => {
            doubt_ahead(language, moment(language, *quorum_time))
        }
        other => other.to_string(),
    }
}

/// Says which rule which place breaks; the demand of a rule is in English, as in its page.
pub fn defect(language: Language, place: Place, rule: Rule) -> String {
    let place = match place {
        Place::Entry(index) => at_entry(language, index),
        Place::Genesis => AT_GENESIS.text(language).to_owned(),
        Place::Checkpoint => AT_CHECKPOINT.text(language).to_owned(),
    };
    defect_at(language, place, rule.code(), rule.demand())
}

/// Says what stands between the cells of a sheet.
pub fn delimiter(delimiter: Delimiter) -> Phrase {
    match delimiter {
        Delimiter::Comma => DELIMITER_COMMA,
        Delimiter::Semicolon => DELIMITER_SEMICOLON,
        Delimiter::Tab => DELIMITER_TAB,
    }
}

/// Says what a sheet and its map leave open.
pub fn csv_missing(language: Language, missing: &csv::Missing) -> String {
    let rows = rows(language, &missing.rows);
    match &missing.about {
        About::NoColumn { column } => {
            let label = column.label().text(language);
            let name = column.name();
            match column {
                Column::Id => csv_no_column_but(language, label, name, "first_id"),
                Column::Domain => csv_no_column_but(language, label, name, "other_domain"),
                Column::Source => csv_no_column_but(language, label, name, "report"),
                _ => csv_no_column(language, label, name),
            }
        }
        About::Empty { name, .. } => csv_empty(language, rows, name),
        About::Word {
            column: Column::Source,
            name,
            found,
        } => csv_source(language, rows, name, found),
        About::Word {
            column: Column::Domain,
            name,
            found,
        } => {
            let known = labels(language, Domain::ALL.iter().map(|domain| domain.label()));
            csv_word(language, rows, name, found, known, "domain")
        }
        About::Word { name, found, .. } => {
            let known = labels(language, Severity::ALL.iter().map(|class| class.label()));
            csv_word(language, rows, name, found, known, "severity")
        }
        About::IdForm { found } => csv_id_form(language, rows, found),
        About::IdTwice { id } => csv_id_twice(language, rows, id),
        About::Controls => csv_controls(language, rows, csv::MAX_CONTROLS),
        About::Cells => csv_cells(language, rows),
    }
}

/// Says what of a sheet is in no draft, or is there otherwise.
pub fn csv_left_out(language: Language, left_out: &csv::LeftOut) -> String {
    let rows = rows(language, &left_out.rows);
    match &left_out.reason {
        Reason::Persons { name } => csv_persons(language, name),
        Reason::UnknownColumn { name } => csv_unknown_column(language, name),
        Reason::OwnIds { name } => csv_own_ids(language, name),
        Reason::Formula { name } => csv_formula(language, rows, name),
        Reason::Invisible { name } => csv_invisible(language, rows, name),
        Reason::Shortened { field } => {
            let label = Column::of_name(field).map_or(*field, |it| it.label().text(language));
            csv_shortened(language, rows, label)
        }
        Reason::Gap {
            after,
            before,
            lacking,
        } => csv_gap(language, rows, after, before, lacking),
    }
}

fn labels(language: Language, labels: impl Iterator<Item = Phrase>) -> String {
    let labels: Vec<&str> = labels.map(|label| label.text(language)).collect();
    labels.join(", ")
}

/// Names rows as a spreadsheet numbers them.
fn rows(language: Language, rows: &csv::Rows) -> String {
    let numbers: Vec<String> = rows.first.iter().map(usize::to_string).collect();
    let numbers = numbers.join(", ");
    match rows.count {
        0 => String::new(),
        1 => csv_row(language, numbers),
        count if count > rows.first.len() => csv_rows_of_many(language, numbers, count),
        _ => csv_rows(language, numbers),
    }
}

/// Says what the next step is: to whoever takes it, and to whoever waits for it.
pub fn step(step: Step) -> (Phrase, Phrase) {
    match step {
        Step::Scope => (STEP_SCOPE, WAIT_SCOPE),
        Step::Policy => (STEP_POLICY, WAIT_POLICY),
        Step::Engage => (STEP_ENGAGE, WAIT_ENGAGE),
        Step::Answer => (STEP_ANSWER, WAIT_ANSWER),
        Step::Independence => (STEP_INDEPENDENCE, WAIT_INDEPENDENCE),
        Step::Completeness => (STEP_COMPLETENESS, WAIT_COMPLETENESS),
        Step::Repair => (STEP_REPAIR, WAIT_REPAIR),
        Step::RepairAgain => (STEP_REPAIR_AGAIN, WAIT_REPAIR_AGAIN),
        Step::Retest => (STEP_RETEST, WAIT_RETEST),
        Step::Close => (STEP_CLOSE, WAIT_CLOSE),
        Step::Opine => (STEP_OPINE, WAIT_OPINE),
        Step::AcceptRisk => (STEP_ACCEPT_RISK, WAIT_ACCEPT_RISK),
        Step::WatchRisk => (STEP_WATCH_RISK, WAIT_WATCH_RISK),
        Step::Resolve => (STEP_RESOLVE, WAIT_RESOLVE),
        Step::Fulfil => (STEP_FULFIL, WAIT_FULFIL),
        Step::Disclose => (STEP_DISCLOSE, WAIT_DISCLOSE),
        Step::Attest => (STEP_ATTEST, WAIT_ATTEST),
        Step::Decide => (STEP_DECIDE, WAIT_DECIDE),
        Step::Resume => (STEP_RESUME, WAIT_RESUME),
        Step::Enrol => (STEP_ENROL, WAIT_ENROL),
        Step::Cosign => (STEP_COSIGN, WAIT_COSIGN),
        Step::EndLogKey => (STEP_END_LOG_KEY, WAIT_END_LOG_KEY),
    }
}

/// The heads of the columns of `status --role`.
pub fn open_items_head(language: Language) -> [&'static str; 5] {
    match language {
        Language::English => ["case", "about", "stands", "next by", "since"],
        Language::Dutch => ["zaak", "betreft", "staat", "aan zet", "sinds"],
    }
}

/// The heads of the columns of `log`.
pub fn log_head(language: Language) -> [&'static str; 6] {
    match language {
        Language::English => [
            "position",
            "recorded (UTC)",
            "thread",
            "statement",
            "id",
            "signed by",
        ],
        Language::Dutch => [
            "positie",
            "vastgelegd (UTC)",
            "draad",
            "verklaring",
            "kenmerk",
            "ondertekend door",
        ],
    }
}

/// The heads of the columns of `log-key list`.
pub fn log_key_head(language: Language) -> [&'static str; 3] {
    match language {
        Language::English => ["log key", "since entry", "now"],
        Language::Dutch => ["registersleutel", "sinds vermelding", "nu"],
    }
}

/// The heads of the columns of `openings show`.
pub fn openings_head(language: Language) -> [&'static str; 3] {
    match language {
        Language::English => ["statement", "field", "what it is"],
        Language::Dutch => ["verklaring", "veld", "wat het is"],
    }
}

/// The heads of the columns of `key list`.
pub fn key_head(language: Language) -> [&'static str; 5] {
    match language {
        Language::English => ["holder", "role", "key id", "enrolled by entry", "now"],
        Language::Dutch => [
            "houder",
            "rol",
            "nummer van de sleutel",
            "ingeschreven door vermelding",
            "nu",
        ],
    }
}

/// Writes a day as people do: `22 July 2024`.
pub fn day(language: Language, moment: Seconds) -> String {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const DUTCH: [&str; 12] = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    let names = match language {
        Language::English => ENGLISH,
        Language::Dutch => DUTCH,
    };
    let text = moment.to_string();
    let number = |range: std::ops::Range<usize>| text[range].parse::<usize>().unwrap_or(1);
    let (year, month, day) = (&text[..4], number(5..7), number(8..10));
    format!("{day} {} {year}", names[(month - 1) % 12])
}

/// Writes a moment as people do: `22 July 2024 10:00:01 UTC`.
pub fn moment(language: Language, moment: Seconds) -> String {
    let text = moment.to_string();
    format!("{} {} UTC", day(language, moment), &text[11..19])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> impl Iterator<Item = &'static Phrase> {
        let demo = demo::PHRASES.iter().chain(demo::SENTENCES);
        PHRASES.iter().chain(SENTENCES).chain(demo)
    }

    #[test]
    fn a_sentence_says_the_same_in_both_languages() {
        let values = |text: &str| {
            let mut values: Vec<String> = text
                .split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap_or_default().to_owned())
                .collect();
            values.sort();
            values
        };
        for Phrase { en, nl } in texts() {
            assert_eq!(values(en), values(nl), "{en}");
            assert_eq!(en.lines().count(), nl.lines().count(), "{en}");
        }
    }

    #[test]
    fn nothing_is_promised() {
        const AVOIDED: &[&str] = &[
            "guarantee",
            "gegarandeerd",
            "proven safe",
            "bewezen veilig",
            "blockchain",
            "onkraakbaar",
            "unbreakable",
            "100%",
        ];
        // The one sentence in which the word may stand: that this is not what is said.
        let denied = [
            "this is not a statement that data are safe.",
            "dit is geen uitspraak dat gegevens veilig zijn.",
        ];
        for Phrase { en, nl } in texts() {
            for text in [en, nl] {
                let text = denied
                    .iter()
                    .fold(text.to_lowercase(), |text, denied| text.replace(denied, ""));
                let avoided = AVOIDED.iter().chain(&["safe", "veilig"]);
                for word in avoided {
                    assert!(!text.contains(word), "{text}");
                }
            }
        }
    }

    #[test]
    fn days_are_written_as_people_do() {
        let moment: Seconds = "2024-07-22T10:00:01Z".parse().unwrap();
        assert_eq!(day(Language::Dutch, moment), "22 juli 2024");
        assert_eq!(
            super::moment(Language::English, moment),
            "22 July 2024 10:00:01 UTC"
        );
    }
}
