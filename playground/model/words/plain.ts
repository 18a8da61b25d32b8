/** Words of everyday speech that name no matter: who says "what went down lately" speaks of nothing in particular by "went" and "lately". */
export const plainWords = new Set(
  (
    'else anything something nothing everything anyone someone everyone anybody somebody nobody thing things stuff way ways kind sort type ' +
    'whats whos hows wheres whens whys thats theres heres lets cant wont isnt arent wasnt didnt doesnt dont havent hasnt youre theyre weve ive ' +
    'pls plz thx thanks asap atm rn btw fyi lol hey hi hello yo ok okay yeah yep nope please kindly sorry ' +
    'lately recently already yet still ever never always often usually mostly mainly soon early late later earlier before after ago since far ' +
    'really actually exactly probably maybe perhaps quite rather pretty altogether together total sum overall plate alone away back forward ' +
    'new old newest oldest recent best worst better worse good bad big bigger biggest small smaller smallest large larger largest cheaper cheapest dearest highest lowest older newer latest earliest long short common usual typical normal general main whole full half ' +
    'average fast quick quickly slow slowly direct directly ' +
    'left right other others another different certain several few couple lot lots bit enough even each ' +
    'fail fails failed failing drops dropped crash crashes crashed ' +
    'come comes came coming go goes went gone going take takes took taken taking bring brings brought keep keeps kept keeping put puts ' +
    'make makes made making let lets leave leaves leaving give gives gave given giving get gets got gotten getting see sees saw seen seeing ' +
    'look looks looked looking say says said saying tell tells told telling ask asks asked asking talk talks think thinks thought thinking know knows knew known ' +
    'mean means meant try tries tried trying need needs needed wanna gonna gotta call calls called happen happens happened happening ' +
    'work works worked working run runs ran running turn turns start starts started stop stops stopped move moves moved ' +
    'buy buys bought buying sell sells sold selling spend spends spent spending pay pays paid paying owe owes owed owing cost costs ' +
    'send sends sent use uses used using find finds found finding show shows showed shown help helps helped wait waits waiting ' +
    'have having had does doing did done been being was were became become becomes seem seems seemed exist exists contain contains ' +
    'belong belongs consist consists include includes notice notices concern concerns affect affects affected relate relates related ' +
    'suppose supposing assume assuming wonder wondering guess hope hear heard read check checked checking list listed compare describe explain ' +
    'fix fixes fixed fixing solve solves solved resolve resolves resolved mend handle handles handled deal dealt order orders ordered ' +
    'today tomorrow yesterday tonight now moment minute minutes hour hours day days week weeks month months year years time times date morning evening ' +
    'number amount count question questions answer info information detail details data name names id ids address mail email phone contact nr no number ' +
    'person people guy guys man woman lady one ones first second third last next previous page top bottom ' +
    'much many more most less least every all both some any open closed high low because though although while whether like such very too also ' +
    'there here where who whom whose what which when how why able currently problem problems issue issues regarding concerning'
  ).split(' '),
);
