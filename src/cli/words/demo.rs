//! The words of the demo, Dutch and English side by side.

use std::fmt::Display;

use crate::statement::Language;
use crate::statement::schema::Phrase;

phrases! {
    INTRODUCTION:
        "A laboratory was hacked, and may test again only after others established that its shortcomings are dealt with. Each party signs its own words; one ledger keeps them in an order that nobody changes unseen; anyone computes everything again.",
        "Een laboratorium is gehackt en mag pas weer testen nadat anderen hebben vastgesteld dat de tekortkomingen zijn verholpen. Elke partij ondertekent haar eigen woorden; één register bewaart ze in een volgorde die niemand ongezien verandert; iedereen kan alles opnieuw berekenen.";
    FICTIONAL:
        "FICTIONAL EXAMPLE: all of it is invented, apart from one document by NIST. Everybody has the secret keys, the clock is that of the story, and what should be random is counted. The rest is done as for a real ledger.",
        "FICTIEF VOORBEELD: alles is verzonnen, behalve één document van NIST. Iedereen heeft de geheime sleutels, de klok is die van het verhaal, en wat willekeurig hoort te zijn, is geteld. De rest gaat zoals bij een echt register.";
    POLICY_ADOPTED: "the rules are fixed: by these it is to be judged", "de spelregels liggen vast: hiernaar is te oordelen";
    TITLE_IMPORT: "Before the story: a report of others becomes drafts", "Vooraf: een rapport van anderen wordt concept";
    IMPORT_ELSEWHERE_ONLY: "They stay drafts: nothing of this document is in the ledger. The baseline below comes from a second one.", "Het blijven concepten: niets van dit document staat in het register. De nulmeting hierna komt uit een tweede.";
    TITLE_VERIFY: "Everything is computed again", "Alles wordt opnieuw berekend";
    TITLE_RECEIPT: "A receipt is checked, without the ledger", "Een ontvangstbewijs wordt gecontroleerd, zonder het register";
    TITLE_TAMPER: "Somebody tries to make a bad result disappear", "Iemand probeert een slechte uitslag te laten verdwijnen";
    TITLE_SUMMARY: "What was established, and what was not", "Wat is vastgesteld, en wat niet";
    COPY_SAME: "The exported copy, plain files, gives the same root and the same answer.", "De uitgevoerde kopie, gewone bestanden, geeft dezelfde wortel en hetzelfde antwoord.";
    WAY_CHANGED: "Anyone: changes the statement in a published file.", "Wie dan ook: verandert de verklaring in een gepubliceerd bestand.";
    WAY_LEFT_OUT: "The operator: leaves the entry out, links all later ones again, and signs that.", "De beheerder: laat de vermelding weg, koppelt alle latere opnieuw en ondertekent dat.";
    WAY_REWRITTEN: "The operator: changes it, links all later entries again, and signs that.", "De beheerder: verandert haar, koppelt alle latere vermeldingen opnieuw en ondertekent dat.";
    HEAD_OPEN: "Open or unfavourable:", "Open of ongunstig:";
    HEAD_FINDINGS: "Findings:", "Bevindingen:";
    HEAD_WHO: "Who assessed, who paid:", "Wie beoordeelde, wie betaalde:";
    HEAD_ORDER: "By order in the ledger:", "Volgens de volgorde in het register:";
    HEAD_ASKED: "Asked and answered:", "Gevraagd en beantwoord:";
    HEAD_NOT_SHOWN: "Not shown:", "Niet aangetoond:";
    DEMO_KEYS_SHOW_NOTHING:
        "Who made these signatures: everybody has the keys. Whoever gets these files can determine nothing from them.",
        "Wie deze handtekeningen heeft gezet: iedereen heeft de sleutels. Wie deze bestanden krijgt, kan er niets uit opmaken.";
    NOT_JUDGED:
        "Whether every rule of the policy was met: this program verifies and counts, and gives no verdict on that yet.",
        "Of aan elke regel van het beleid is voldaan: dit programma controleert en telt, en geeft daarover nog geen oordeel.";
    NOT_OFF_RECORD:
        "Whether what was said is right, whether anything was left out of the reports, whether a sample was analysed off the record.",
        "Of klopt wat er is gezegd, of er iets buiten de rapporten is gebleven, of er buiten het register om een monster is geanalyseerd.";
    ALWAYS: "This is not a statement that data are safe.", "Dit is geen uitspraak dat gegevens veilig zijn.";
    NOTHING_FELL: "nothing", "niets";
    NOTHING_KEPT: "Nothing was kept. To look inside: bewijs demo --keep example", "Er is niets bewaard. Om erin te kijken: bewijs demo --keep voorbeeld";
    HEAD_TRY: "To go on:", "Om verder te gaan:";
}

sentences! {
    chapter(number, title): "{number}. {title}", "{number}. {title}";
    chapter_span(first, last, from, until, cosigned): "entries {first} to {last}, {from} to {until}; checkpoints cosigned by both witnesses: {cosigned}", "vermeldingen {first} tot en met {last}, {from} tot en met {until}; standen meegetekend door beide getuigen: {cosigned}";
    imported(document, all, counted, persons): "findings from {document} (OSCAL), {counted} of {all}; persons replaced by their organisation: {persons}", "bevindingen uit {document} (OSCAL), {counted} van {all}; personen vervangen door hun organisatie: {persons}";
    imported_elsewhere(document, drafts): "{document} is NIST's own example of an OSCAL report; drafts of findings: {drafts}.", "{document} is NIST's eigen voorbeeld van een OSCAL-rapport; concepten van bevindingen: {drafts}.";
    import_missing(count): "By itself it says too little: {count} things are missing and are named, and nothing becomes a draft. A map says the rest.", "Op zichzelf zegt het te weinig: {count} dingen ontbreken en worden genoemd, en niets wordt concept. Een kaart zegt de rest.";
    import_persons(count): "Persons replaced by their organisation: {count}; no draft names a person.", "Personen vervangen door hun organisatie: {count}; geen concept noemt een persoon.";
    risk_accepted(until, text): "a risk is accepted until {until}; accepted is not fixed. “{text}”", "een risico is geaccepteerd tot en met {until}; geaccepteerd is niet opgelost. “{text}”";
    reopened(finding, text): "{finding} is open again. “{text}”", "{finding} is weer open. “{text}”";
    fulfilled(condition, day): "condition {condition}: seen fulfilled on {day}", "voorwaarde {condition}: vervuld gezien op {day}";
    asked(question, due): "“{question}” An answer is due on {due}.", "“{question}” Een antwoord is nodig uiterlijk op {due}.";
    policy_replaced(earlier): "the rules change: these replace {earlier}", "de spelregels veranderen: deze vervangen {earlier}";
    parties(count): "{count} parties", "{count} partijen";
    quoted(text): "“{text}”", "“{text}”";
    said(day, who, what, id, index): "{day}, {who}: {what} [{id}, entry {index}]", "{day}, {who}: {what} [{id}, vermelding {index}]";
    founded(persons, parties): "{persons} persons of {parties} parties sign the charter", "{persons} personen van {parties} partijen ondertekenen de oprichtingsakte";
    refused(assessor, rule, reason): "assessor {assessor} is refused, rule {rule}. “{reason}”", "beoordelaar {assessor} wordt geweigerd, regel {rule}. “{reason}”";
    counted(source, count, total): "findings in report {source}: {count}; so far {total}", "bevindingen in rapport {source}: {count}; tot nu toe {total}";
    concluded(opinion, text): "{opinion}. “{text}”", "{opinion}. “{text}”";
    retested(finding, result): "retest of {finding}: {result}", "hertest van {finding}: {result}";
    found_in_retest(finding, retest): "{finding} comes up in retest {retest}", "{finding} komt naar voren bij hertest {retest}";
    published(place): "fingerprint published. “{place}”", "vingerafdruk gepubliceerd. “{place}”";
    receipts(count, cosigned): "{count} statements were handed in, and each signer checked a receipt. Two witnesses cosigned {cosigned} checkpoints, each after a proof that it continues the one before.", "{count} verklaringen zijn ingediend, en elke ondertekenaar heeft een ontvangstbewijs gecontroleerd. Twee getuigen tekenden {cosigned} standen mee, elk na een bewijs dat zij de vorige voortzet.";
    opened(fields, same, all): "Confidential values are there as salted digests only. Opened, all {fields} are what was signed, and {same} of {all} pieces of evidence are the files at hand.", "Van vertrouwelijke waarden staat er alleen een vingerafdruk met zout. Geopend zijn alle {fields} gelijk aan wat is ondertekend, en {same} van {all} bewijsstukken zijn de bestanden die er liggen.";
    playing(done): "playing the story: {done} statements", "het verhaal wordt gespeeld: {done} verklaringen";
    tamper_intro(id, index, finding, result): "Retest {id}, entry {index}, says of {finding}: {result}. Three attempts to make that disappear:", "Hertest {id}, vermelding {index}, zegt van {finding}: {result}. Drie pogingen om dat te laten verdwijnen:";
    caught_more(count): "and {count} more broken rules", "en nog {count} gebroken regels";
    caught_trust(doubt): "by the trust file: {doubt}", "volgens het vertrouwensbestand: {doubt}";
    caught_witnesses(names, reason): "refused by {names}: {reason}", "geweigerd door {names}: {reason}";
    as_of(day, size, lab): "As of {day}, {size} entries about {lab}:", "Naar de stand van {day}, {size} vermeldingen over {lab}:";
    service_resumed(id, what, day): "{id} resumed on {day}. {what}", "{id} is hervat op {day}. {what}";
    service_still(id, what): "{id} stands still; no decision resumes it. {what}", "{id} staat stil; geen besluit hervat haar. {what}";
    service_decided(id, what): "{id} stands still, although a decision resumes it. {what}", "{id} staat stil, hoewel een besluit haar hervat. {what}";
    open_finding(finding, result, who, id, index): "{finding}: {result}, according to {who} [{id}, entry {index}]", "{finding}: {result}, volgens {who} [{id}, vermelding {index}]";
    open_conclusion(who, opinion, text, id, index): "{who}: {opinion}. “{text}” [{id}, entry {index}]", "{who}: {opinion}. “{text}” [{id}, vermelding {index}]";
    open_replaced(who, opinion, text, by, id, index): "{who}: {opinion}, replaced by {by}. “{text}” [{id}, entry {index}]", "{who}: {opinion}, vervangen door {by}. “{text}” [{id}, vermelding {index}]";
    open_risk(finding, until, who, id, index): "{finding}: its risk is accepted until {until} by {who}; accepted is not fixed [{id}, entry {index}]", "{finding}: het risico is geaccepteerd tot en met {until} door {who}; geaccepteerd is niet opgelost [{id}, vermelding {index}]";
    open_risk_expired(finding, until, who, id, index): "{finding}: its risk was accepted by {who}, only until {until} [{id}, entry {index}]", "{finding}: het risico was geaccepteerd door {who}, maar tot en met {until} [{id}, vermelding {index}]";
    open_reopened(finding, text, id, index): "{finding} was reopened. “{text}” [{id}, entry {index}]", "{finding} is heropend geweest. “{text}” [{id}, vermelding {index}]";
    open_key(key, who, since, fallen, id, index): "key {key} of {who}: possibly used by others since {since}; without value because no anchor lies between: {fallen} [{id}, entry {index}]", "sleutel {key} van {who}: mogelijk door anderen gebruikt sinds {since}; zonder waarde omdat er geen verankering tussen ligt: {fallen} [{id}, vermelding {index}]";
    open_condition(id, due, text): "{id}: due on {due}, not seen fulfilled. “{text}”", "{id}: uiterlijk op {due}, niet vervuld gezien. “{text}”";
    open_condition_met(id, due, seen, text): "{id}: due on {due}, seen fulfilled on {seen}. “{text}”", "{id}: uiterlijk op {due}, vervuld gezien op {seen}. “{text}”";
    open_condition_late(id, due, seen, text): "{id}: due on {due}, overdue, then seen fulfilled on {seen}. “{text}”", "{id}: uiterlijk op {due}, te laat, daarna vervuld gezien op {seen}. “{text}”";
    open_dispute(who, finding, outcome, text, id, index): "{who} disputed {finding}: {outcome}. “{text}” [{id}, entry {index}]", "{who} betwistte {finding}: {outcome}. “{text}” [{id}, vermelding {index}]";
    open_dispute_open(who, finding, id, index): "{who} disputes {finding}; nobody settled it [{id}, entry {index}]", "{who} betwist {finding}; niemand heeft dat beslecht [{id}, vermelding {index}]";
    question(asker, day, question, id, index): "{asker}, {day}: “{question}” [{id}, entry {index}]", "{asker}, {day}: “{question}” [{id}, vermelding {index}]";
    question_open(asker, day, question, due, id, index): "{asker}, {day}: “{question}” No answer yet; due on {due} [{id}, entry {index}]", "{asker}, {day}: “{question}” Nog geen antwoord; uiterlijk op {due} [{id}, vermelding {index}]";
    answer(audience, day, text, id, index): "given to {audience}, {day}: “{text}” [{id}, entry {index}]", "verstrekt aan {audience}, {day}: “{text}” [{id}, vermelding {index}]";
    answer_opened(count, tlp): "fields opened to them: {count} ({tlp})", "voor hen geopende velden: {count} ({tlp})";
    answer_withheld(what, ground): "not given: “{what}” {ground}", "niet verstrekt: “{what}” {ground}";
    answer_remains(text): "still shown: “{text}”", "blijft aantoonbaar: “{text}”";
    resumed_by(id, day, services, decision, outcome): "{id} on {day}: {services}, by {decision}, {outcome}", "{id} op {day}: {services}, volgens {decision}, {outcome}";
    resumed_by_none(id, day, services): "{id} on {day}: {services}, by no decision", "{id} op {day}: {services}, zonder besluit";
    open_interest(who, id, index): "{who}, who asks, pays and decides, has an interest of its own and says so [{id}, entry {index}]", "{who}, die vraagt, betaalt en besluit, heeft een eigen belang en zegt dat [{id}, vermelding {index}]";
    open_excluded(text): "outside the scope: “{text}”", "buiten de scope: “{text}”";
    untested(depths): "how things worked over a period: the conclusions are about {depths}", "hoe het over een periode werkte: de oordelen gaan over {depths}";
    findings_sum(all, groups): "{all} registered = {groups}", "{all} vastgelegd = {groups}";
    findings_closed(count): "{count} closed", "{count} gesloten";
    findings_rest(count, result, ids): "{count} {result} ({ids})", "{count} {result} ({ids})";
    findings_open(count, ids): "{count} open ({ids})", "{count} open ({ids})";
    findings_sources(list): "by report, as many as the assessors declared: {list}", "per rapport, zoveel als de beoordelaars opgaven: {list}";
    findings_sources_differ(list): "by report, not as many as the assessors declared: {list}", "per rapport, niet zoveel als de beoordelaars opgaven: {list}";
    source_count(source, count): "{source} {count}", "{source} {count}";
    retests_by_others(others, all): "retested by another party than the one that repaired: {others} of {all}", "hertest door een andere partij dan wie herstelde: {others} van {all}";
    who_accepted(assessor, id, commissioner, payer): "{assessor} [{id}]: asked by {commissioner}, paid by {payer}", "{assessor} [{id}]: gevraagd door {commissioner}, betaald door {payer}";
    who_paid_itself(assessor, id, commissioner): "{assessor} [{id}]: asked and paid by {commissioner}", "{assessor} [{id}]: gevraagd en betaald door {commissioner}";
    who_refused(assessor, id, rule): "{assessor} [{id}]: refused, rule {rule}", "{assessor} [{id}]: geweigerd, regel {rule}";
    order_item(label, id, index): "{label} {id} ({index})", "{label} {id} ({index})";
    order_cosigned(id, moment): "{id} was on record when both witnesses cosigned on {moment}", "{id} stond er toen beide getuigen meetekenden op {moment}";
    standstill(service, from, until, count): "standstill of {service} declared by both sides for every day from {from} to {until}, in {count} declarations", "stilstand van {service} door beide kanten verklaard voor elke dag van {from} tot en met {until}, in {count} verklaringen";
    standstill_gaps(service, count): "standstill of {service} declared {count} times, with gaps", "stilstand van {service} {count} keer verklaard, met gaten";
    kept(folder): "Kept in {folder}: the ledger, an export, the tampered copies, trust.toml, receipts, the files that are committed to, and confidential.openings, which opens them.", "Bewaard in {folder}: het register, een uitvoer, de vervalste kopieën, trust.toml, ontvangstbewijzen, de vastgelegde bestanden, en confidential.openings, dat ze opent.";
}
