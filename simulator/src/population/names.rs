//! Common names, so that lists look like lists.

use crate::dice::Dice;

const MEN: [&str; 60] = [
    "AARON", "ADAM", "ADEEL", "ALAN", "ALEX", "ANDREW", "ANTHONY", "BEN", "BRIAN", "CALLUM", "CARL", "CHRIS",
    "CONNOR", "DANIEL", "DARREN", "DAVID", "DEAN", "DWAYNE", "EDWARD", "ELLIOT", "FARHAN", "GARETH", "GARY",
    "GEORGE", "HARRY", "HASSAN", "IAN", "IMRAN", "JACK", "JAMES", "JASON", "JOHN", "JORDAN", "JOSEPH", "KARL",
    "KEVIN", "KIERAN", "KYLE", "LEE", "LEWIS", "LIAM", "LUKE", "MARK", "MARTIN", "MATTHEW", "MICHAEL", "NATHAN",
    "NEIL", "OMAR", "PAUL", "PETER", "RHYS", "RYAN", "SAM", "SCOTT", "SEAN", "STEPHEN", "THOMAS", "TYRONE",
    "WAYNE",
];

const WOMEN: [&str; 40] = [
    "AISHA", "ALICE", "AMY", "ANGELA", "BETH", "CARLY", "CHARLOTTE", "CLAIRE", "DAWN", "DONNA", "ELLIE", "EMMA",
    "FATIMA", "GEMMA", "HANNAH", "HELEN", "JADE", "JENNIFER", "JESSICA", "JOANNE", "KAREN", "KATE", "KELLY",
    "KIRSTY", "LAURA", "LISA", "LUCY", "MICHELLE", "NATALIE", "NICOLA", "PRIYA", "RACHEL", "REBECCA", "SARAH",
    "SHANICE", "SIAN", "STACEY", "SUSAN", "TRACEY", "ZOE",
];

const FAMILIES: [&str; 96] = [
    "ADAMS", "AHMED", "ALI", "ALLEN", "ANDERSON", "BAILEY", "BAKER", "BARKER", "BEGUM", "BELL", "BENNETT",
    "BROWN", "BUTLER", "CAMPBELL", "CARTER", "CHAPMAN", "CLARK", "CLARKE", "COLLINS", "COOK", "COOPER", "COX",
    "DAVIES", "DAVIS", "DIXON", "EDWARDS", "ELLIS", "EVANS", "FISHER", "FOSTER", "FOX", "GRAY", "GREEN",
    "GRIFFITHS", "HALL", "HARRIS", "HARRISON", "HARVEY", "HILL", "HOLMES", "HUGHES", "HUNT", "HUSSAIN",
    "JACKSON", "JAMES", "JENKINS", "JOHNSON", "JONES", "KELLY", "KHAN", "KING", "KNIGHT", "LEE", "LEWIS",
    "LLOYD", "MARSHALL", "MARTIN", "MASON", "MATTHEWS", "MILLER", "MILLS", "MITCHELL", "MOORE", "MORGAN",
    "MORRIS", "MURPHY", "OKAFOR", "OWEN", "PALMER", "PARKER", "PATEL", "PHILLIPS", "POWELL", "PRICE",
    "RICHARDS", "ROBERTS", "ROBINSON", "ROGERS", "RUSSELL", "SCOTT", "SHAH", "SHAW", "SIMPSON", "SINGH",
    "SMITH", "STEVENS", "TAYLOR", "THOMAS", "THOMPSON", "TURNER", "WALKER", "WARD", "WATSON", "WHITE",
    "WILLIAMS", "WRIGHT",
];

pub(crate) fn forename(dice: &mut Dice, woman: bool) -> &'static str {
    dice.pick(if woman { &WOMEN } else { &MEN })
}

pub(crate) fn surname(dice: &mut Dice) -> &'static str {
    dice.pick(&FAMILIES)
}
