/** Words that say nothing of what is asked. */
export const fillers = new Set(
  (
    'a an the this that these those some any all each every both of in on at by for from to with without and or but if ' +
    'then than as is are was were be been being am do does did doing have has had having can could will would shall ' +
    'should may might must i me my mine we us our ours you your yours he him his she her hers it its they them their ' +
    'theirs who whom whose which what when where why how there here please kindly thanks thank hello hi hey also just ' +
    'only very so too not no yes ok okay want need like let lets help know tell give show get find me about into over ' +
    'under between within during per via using use used uses up down out off again now today current currently ' +
    'myself yourself himself herself itself ourselves themselves more most much many few least last one first second third next please am pm etc e g eg ie i.e able want wants ' +
    'needs looking look given same would love m s t d re ve ll im id don dont doesn pls asap thx isn wasn didn'
  ).split(' '),
);

/** Words that take up something said before. */
export const pronouns = new Set(
  'it its this that these those they them their he him his she her hers there one ones same'.split(' '),
);

export const prepositions = new Set(
  (
    'in at on near around of for from to by with about into within inside between over under through during before after ' +
    'until till since against via across along regarding concerning named called titled toward towards using like as'
  ).split(' '),
);

export const questionWords = new Set('who whom whose which what when where why how'.split(' '));
