"""Ordinary words: a name that is one of them may mean something else, and none is a slip for a
name.

Words of everyday English and of the work of panels, in lower case, three letters or more.
"""

ORDINARY = frozenset(
    """
abbot abc able about above absent abuse accept access accident account accounts across action
actions acute add added address addressed addresses adds adherence administrator admitted
adolescents adrenaline adult adults advice advised affects after again against age aged agencies
agency agenda ages aggregate ago agree agreed agreement agrees aim air alcohol alder all allow
allowed alone already also alternative although always ambrose ambulance among amount analyses
analysis anaphylaxis and annual anomalies another answer answered answers antenatal any anybody
anyone anything apart apnoea app appear appeared appears applicable applies appointment
appointments approach appropriate approved april are area areas arguments arm arrangements
arrest arrive arrived arriving art ash ashes ask asked asking asks assault assessment associated
asthma asylum ate attempted attend attendance attendances attended audit august authenticator
authority automatic automatically autumn available avoidable awake aware awareness away babies
baby back backed background backups bad badger bag ball band bands bank banks bar base based
basic basis bath batteries battle bay beach bean bear beat became because becomes bed bedding
beech been beer before began begin beginning begun behaviour behavioural behind being belief
believed bell belong below belt bench bend bereavement berry beside best better between big
bigger bill bind birch bird birth birthday births bishop bit bite black blank blanket bless
blind block blood bloom blow blue board boards boat bodies body bond bone book bool boot border
bore born boss both bottle bottom bound boundaries boundary bow bowl box boy brain branch brand
bread break breakdown breast breath breathe breathed breathing breeze brick bridge brief bright
bring brings broken bronchiolitis brook brooks brother brought brown brush buck build built bull
bullying burns bus bush business but butcher butler butter button buy cab cake calendar call
called calling calls calm came camp can cannot cap capacity caption car carbon cardiac cards
care careful carefully carer carers carpenter carpet carried carry carrying carter case cases
cash cast castle cat catch categories categorisation category cause causes census centre
cerebral certain certainly certificate cessation chain chair challenge challenges chance
chancellor change changed changes chap chaplain chaplin chapter characteristic charge charity
charm chart chase cheap check checked checks cheek cheese cherry chest chief child childhood
children chilly chin choice choose chosen christian chronic church cigarettes circumstances
cites city class classifying clay clean clear clearly clerk clever cliff climb clinic clinical
clocks close closed cloth cloud clover club coal coat code codes coercive coin cold colder cole
collar collected collecting collection collections collector collects collision collisions
colour column columns com combine come comes comfort coming command commission commissioned
common communication community compare compared complained complement complete completed
completion complex compliance concern concerned concerns concise concluded condition conditions
condolence conduct confirm confirmation confirmed confirms confused congenital consanguinity
consider considered constant contact contacted contain contained content continue continued
contracts contributed contributor contributors control controls cook cool cooper copied copy
core corn corner coroner coroners correct correction cost cot cotton cough coughing could count
counted country counts couple course court cousins cover covered covers cow crane cream creates
cried crime criminal crisp criteria criterion cross crossing crow crown cry crying csv culture
cumulative cup current custody cut cyclist dad daily daisy dam dance dark databases date dated
dates daughter dawn day days deacon dead deadline dean dear death deaths december decide decided
decides deciding decision deep deer default definition definitive department deprivation derived
described designated desk despite details detained development diagnosis did die died differ
different difficult difficulties difficulty digits dinner direct directly dirt disability disc
discharge discharged disclosure discussed discussion disease disengagement dish disorders
distraction django doc doctor doctors does dog doll domain domains domestic done door doses
double dove down draft drafted drafts drake draw dream dress drew drink driving drop drowning
drug drugs dry due duke duration dust duty duvet each ear earl earlier early earth easily east
easy eat edges edit edited edition education effect effectively effort egg eight either elder
else elsewhere emergency emerging emotional empty encrypted encryption end ended ending ends
england enough enquiry enter entries entry environment epilepsy equal equally era error errors
escalation especially ethnic ethnicity eve even event events ever every everybody everything
everywhere evidence exact example except exist exists expect expected expectedness explain
explained explains exploitation extended external eye face fact factor factors facts failed
fails failure faint fair faith fall falls families family far farm farmer fast fat father favour
fear february fed feed feedback feeding feeds feel feeling feet fell fellow fence fern fever few
fictional field fields fifteen fifteenth fifth fight figure figures file files film filter final
finally financial finch find finding finds fine finer finger fingerprint fire first fish fisher
fit five fix fixed flat fletcher flint flood floor floppy flow flower flowers fluid fly fold
folder follow followed following follows food foot footnote for force ford foreign forest fork
form format forms forth forward found four fowler fox frame framework frank free french
frequently fresh friar friday friend from frost frozen fruit full fun fur further future game
gaps garden gardener gardner gate gathering gave gay gender general genetic genetics gentle
gently genuine german gestation get getting gift girl give given giver gives giving glad glass
glory goes going gold golden gone good got gov government grace grams grand grant grants grass
grave gray greater green grey grid grip ground group groups grow grown growth grunting guard
guest guidance guide gun gunner guy had hair half hall ham hammer hand handed handle handover
happen happened happening happens happy hard hardy hare harm harmed harp harper hart has hat
have having hawk hay haze hazel head header heading headline heal health heard heart heat heath
heather heaven heavy height held help helped helping her here hers herself hey hide high higher
highlight hill hills him himself hind hip hire his history hit hold holding holds hole holiday
holidays holly home homicide honest honey honour hood hook hop hope horn horse hospice hospital
host hot hour hours house household housing how hundred hunt hunter hurt hypoxia ice identified
identifier idle ill illness impairment import important improved improvements inappropriate inch
incident incidents include includes including increased indeed independent indeterminate infancy
infant infection infections inferred inflicted influence inform information informed inhaler
inherited initial injuries injury inn inquest inside instance instead institution institutional
insufficient integrated intellectual intensive intentional interest interpreters intervention
into intoxication invented investigation invited involve involved involvement iris iron issue
issues item items its itself ivory ivy jack jam january jasmine jasper jet jewel job joined
joint joke journeys joy joyful judge judgement juice july jump june just keen keep keeping keeps
kept kettle key keys kick kid kill kind king kiss kit kitchen kite knee knew knife knight knit
knock know knowing knowledge known knows label lace lack ladder lady laid lake lamb lamp land
lane language large largely lark last lasting late later latest laugh laundry law lawful lawn
lay lead leader leading leads leaf lean learn learned learning leather leave leaver leaves led
left leg legal legislation leicester lemon length lessons let letter letters level levels
liberty lie life lifeless lift ligature light likely lily limb limit limited limiting limits
limp line lines link linked links lip list listed listening lists little live lived lives living
load loaf local locally location locations lock lodge log long longer look looked looking looks
loose lord loss lost loud love low lower luck lucky lump lunch lung lying machine mad made
magnets maid mail main major make makes making male man manage management manager manages many
mapping march mariner mark marked market marks marriage marsh marshal marshall martin mason mast
master mat match mate maternity matters mattress max may mayor maze meadows meal mean meaning
means meant meanwhile meat medical medication medicine meeting meetings member members memory
meningitis mental mercy merge merged merry message messages met metal methadone middle midwife
mild mile miles milk mill miller milling mind mine mint minute minutes miss missed missing mist
misuse moan mode models modifiable moment monday monitoring monk monoxide month months mood moor
moore more morning mortality mortem moss most mother mouth moved moves moving mud multi multiple
mum murdered music must nail name named names nap narrative narrow nation national natural near
nearly neat neck need needed needing needs neglect neighbour neighbours neither neonatal neonate
net never new newborn next nhs nice night nine noble nobody noel noise non noon nor normal
normally north northern nose not note noted nothing notifiable notification notifications
notified notifier notifies notify november now number numbers nurse nursery nursing nut oak
objects observations obvious occurred october odd off offender offer offered offering office
officer offices oil old older olive once one ones ongoing onion online only onset open opened
opening opens operations opinion orange order ordinary org organ organisation other others
otherwise our ours out outcome outcomes outside outstanding oven over overdue overheating
overview own owner oxygen pack pad paediatric paediatrician page pages pain pair pale palliative
palm palsy pan panel panels papers paragraph paragraphs paraphrase parent parental parents park
parker parks parson part particular partner partners parts party pascal pass passage passed
password past pat path patience patient pattern pay peace peak pear pearl pen pence penny pens
people pepper per percent perhaps perinatal period permanent person persona pet petty phase
phone physical picture piece pig pike pile pill pillow pin pink pipe pitch pitts pity place
placed placement plain plan planned plans plate play playing pleasant pleased plus poem point
points poisoning pole police policy polish pollard pond ponds pony pool pools poor pope poppy
port porter position positive possible post postcode postnatal pot potentially potter pound
pounds pour power practicable practice practitioner prayer preferred prefix pregnancy
prematurity prepared prescribed prescribing prescription present presentation press pressure
presumes presumption prevent previous price prices priest primary prince printed prints prior
private probably problem procedure procedures proceedings process processes product production
professional professionals proforma promises promptly proof property prophet protection protects
protocol protocols proud provided provision prudence pseudonym public publication publications
published pull pulse pure push put quality quarterly queen question questions quick quickly
quiet quite quorate quorum quoted rain raise raised raises ran rank rapid rash rather raven raw
ray reach reached read reading reads real realised really reason reasons rebuts receipt received
recent recently recommendation reconstructed reconstruction record recorded recording records
recovery recurrence recurrent recused red reed reeds reeve refer reference referral referred
referrer refusal refused reg regarding region regional register registered registrar regular
regulated regulation related relation relationship relative releases remain remained remand
reminded reminders remote repeat repeated repeating reply report reported reporting reports
represented request requests required reset residence resident resources respiratory responding
response rest result resuscitation retrieved return returned returns review reviewed reviewer
reviewing reviews revision rice rich ride right ring rise risk risks river rivers road robin
rock rod role roles roll rolls roof room root rope rose rosemary round routine row rows royal
ruby rug rule rules run running runs rush rushes rust sad saddler safe safeguard safeguarding
safer safety sage said sail saint salt same sand sandy sat saturday savage save saved saving saw
sawyer say says scalds scan scar scarlet scene school scope scores scot scottish scr screen
scrutiny sea seal sealed search searched season seat seats second section sections secure
security see seed seeker seeking seemed seen sees seize seizure seizures self sell send senior
sensitive sent sentence separate separately sepsis september septic serious seriously serve
served service services sessions set setting settings settle settled settling seven several
severity sew sex sexual shade shadow shaking shared sharing shark sharp she sheep sheet sheets
shepherd sheriff shine ship shirt shock shoe shook shooting shop shore short shortly should
shoulder shout show shower shown shows shrub shut sibling siblings sick side sideways sign
signal signed significant signing signs silk silver simple since sing singer single sink sir
sister sit site sitting situation six skin skinner skip skirt sky slate slave sleep sleeping
slept slightly slip slow small smart smell smile smith smoke smoked smoker smoking snow social
sofa soft soil sold sole some somebody something sometimes son song soon sorrel sorrow sorry
sought soul sound soup source south southern space spare spark sparrow speak speaking speaks
spear special specify speed spell spent spice spoke spoon sport spot spring square stable staff
stage stairs stamp standard standing stands star start started starter starts state stated
statistics status statutory stay stayed stays steal steel steep steering stem steward stewart
stick sticky stiff still sting stock stone stones stool stop stopped stopping stored storm story
straight strange straw stream street strengths stretch strict strike strong structure style sub
subject submit submitting substance such suction sudden suddenly suffered sugar suggest
suggested suicide suit summaries summary summer sun sunday sunny supervising supervision
supplement supplements supply support supported suppress sure surface surgeon surgery surgical
surroundings suspected swallow swan sweet swift swimming swing sword symptom symptoms sys system
systems table tables tail tailor take taken takes taking talking tall tank tanner tap tape
target task taste tax taylor tea teacher teaching team tear tease telephone tell telling tells
ten tend tent tenth term terminations test tests text than that thatcher the their them theme
themes themselves then there therefore these they thick thin thing thinking third thirty this
those though thought threatening threats three thresholds throat through throughout throw
thunder thursday tick ticked tide tie tight tile till time timely times tin tip tire tired title
titles toast today toddler toe together told tone tongue tonight too took tool tooth top tot
total touch tough towards towel tower town toy toys trace track trade traffic train training
transaction transfer translated trauma treat treated treatment tree tri tried trigger triggers
trim trip troy truck true trunk trust try trying tube tuesday tummy tune turn turner turning
twelve twenty twice twin two tyler type typed ugly unable unascertained uncle under understand
understood undertaken unexpected union unit unknown unless unlikely unsafe until unwell updated
upper urgent url use used user usual usually valley values van var various ventilated
ventilation verge verified version versioned versions very vessel vest via view villa village
violence violent violet virtue visit visited visiting visitor visitors voice vomit vomiting vow
wage wagon waist wait waited waiting waits wake waking wales walk walker walking wall wander
wanted wanting war ward warden warm warmth warned warning was wash waste watch watching water
waters wave wax way weak wealth wear wearing weaver web website wednesday weed week weekend
weekly weeks weight welcome well wells went were west western wet what whatever wheel wheeler
wheeze wheezing when whenever where whether which while white who whoever whole whom whose why
wide wider wife wild will willing willow win wind window windows wine wing winner winter winters
wipe wire wise wish witch with withdrawal withdrawn withheld within without woke woken woman
women won wonder wood woods wool wording words work worked worker working works worried worse
worth would wound wrap wright write writes writing written wrong wrote www yard year years yell
yes yesterday yet yield york you young younger your youth
""".split()
)
