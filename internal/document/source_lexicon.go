package document

import (
	"strings"
)

// lexicon is a list of names, each a run of folded words, by their first word.
type lexicon map[string][][]string

// lexiconOf makes a lexicon of names set apart by commas.
func lexiconOf(list string) lexicon {
	l := lexicon{}
	for name := range strings.SplitSeq(list, ",") {
		words := foldedWords(name)
		l[words[0]] = append(l[words[0]], words)
	}
	return l
}

// foldedWords are the words of s, folded, without what stands between them.
func foldedWords(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !isLetterOrDigit(r) })
}

// begins is how many words the longest name has with which the words begin.
func (l lexicon) begins(words []string) int {
	longest := 0
	if len(words) == 0 {
		return longest
	}
	for _, name := range l[words[0]] {
		if len(name) > longest && startsWith(words, name) {
			longest = len(name)
		}
	}
	return longest
}

// within says whether one of the names stands in s, which has at most so many
// words.
func (l lexicon) within(s string, most int) bool {
	if len(s) > 40*most {
		return false
	}
	words := foldedWords(s)
	if countWords(s) > most {
		return false
	}
	for i := range words {
		if l.begins(words[i:]) > 0 {
			return true
		}
	}
	return false
}

func startsWith(words, name []string) bool {
	if len(words) < len(name) {
		return false
	}
	for i, w := range name {
		if words[i] != w {
			return false
		}
	}
	return true
}

// The names that tell what a part of an entry is. No list has to be whole: what it
// lacks is told by where it stands.
var (
	// organisations begin the names of authors that are no persons.
	organisations = lexiconOf(`ministere,commission,organisation,organization,cour,conseil,banque,institut,institute,observatoire,fondation,foundation,assemblee,senat,haut,haute,agence,parlement,gouvernement,academie,centre,center,association,universite,university,nations,union,comite,autorite,direction,france,european,united,world,international,reporters,amnesty,defenseur,defenseure,secretariat,service,reseau,groupe,bureau,office,chambre,federation,confederation,syndicat,bibliotheque,musee,republique,think,terra,collectif,institution,la documentation,the,redaction,sante publique,mission,delegation,inspection,caisse,ligue,mutuelle,prefecture,mairie,ville de,region,departement,metropole,secours,insee,ocde,oecd,onu,oms,fmi,unesco,unicef,ademe,dares,drees,depp,hcr,giec,ipcc,otan,cnrs,cnil,arcom,bce,oxfam,ifop,ipsos,cevipof,ifri,credoc,cese,igas,crous,unef`)

	// press are newspapers and broadcasters.
	press = lexiconOf(`le monde,liberation,le figaro,les echos,la croix,mediapart,l'express,le point,l'obs,courrier international,ouest-france,la tribune,franceinfo,france culture,france inter,france info,france 24,france televisions,the guardian,the new york times,the economist,the conversation,afp,reuters,bbc,arte,rfi,tv5monde,vie publique,l'humanite,alternatives economiques,slate,le parisien,20 minutes,wikipedia,le nouvel obs,l'opinion,marianne,la voix du nord,sud ouest,le telegraphe,radio france,brut,blast,euractiv,politico,der spiegel,el pais,le soir,le temps,financial times,new york times,washington post`)

	// periodicals are words in the names of reviews, newspapers and broadcasts.
	periodicals = lexiconOf(`revue,cahier,cahiers,journal,quotidien,hebdo,hebdomadaire,mensuel,magazine,gazette,courrier,tribune,bulletin,lettre,annales,archives,review,quarterly,times,post,guardian,ledger,references,canal,radio,tv,chaine,youtube,spotify,dailymotion,conversation,diplomatique,jorf,joue,journal officiel`)

	publishers = lexiconOf(`editions,edition,editeur,presses,press,publishing,publishers,publisher,publications,books,verlag,gallimard,seuil,puf,pur,pug,pul,pum,pus,p.u.f,p.u.r,fayard,flammarion,grasset,albin michel,actes sud,l'harmattan,larousse,larcier,bruylant,dalloz,lgdj,economica,karthala,odile jacob,payot,rivages,plon,stock,hachette,nathan,vrin,belin,calmann-levy,belles lettres,petits matins,autrement,routledge,springer,wiley,palgrave,elsevier,penguin,sage,la decouverte,documentation francaise,armand colin,dunod,robert laffont,perrin,tallandier,folio,pocket,raisons d'agir,bayard,cerf,ellipses,de boeck,breal,les liens qui liberent,zones,agone,amsterdam,verso,brill,droz,champ vallon,minuit,editorial,ouvrieres,peter lang,presence africaine,universite,university,cnrs,l'aube,le bord de l'eau,la fabrique,anamosa,wildproject,rue de l'echiquier,privat,lattes,julliard,nil,textuel,ecosociete,lux,boreal,erasme,erasmus,eyrolles,vuibert,bordas,foucher,lextenso,lexisnexis,puq,puo,puv,pulim,peeters,macmillan,oup,cup,mit press,norton,knopf,doubleday,harper,harpercollins,simon & schuster,bloomsbury,polity,blackwell,de gruyter,suhrkamp`)

	places = lexiconOf(`paris,lyon,lille,rennes,grenoble,marseille,aix-en-provence,toulouse,bordeaux,strasbourg,nantes,montpellier,arles,tours,dijon,caen,rouen,nancy,metz,nice,reims,le mans,brest,limoges,poitiers,clermont-ferrand,besancon,amiens,orleans,saint-etienne,saint-denis,angers,avignon,perpignan,pau,la rochelle,vincennes,montrouge,malakoff,ivry,la tour-d'aigues,bruxelles,brussels,louvain,louvain-la-neuve,liege,geneve,lausanne,londres,london,oxford,cambridge,edinburgh,manchester,new york,boston,chicago,princeton,berkeley,stanford,berlin,francfort,munich,hambourg,leipzig,madrid,barcelone,rome,milan,turin,montreal,quebec,ottawa,toronto,washington,new haven,los angeles,philadelphia,amsterdam,leiden,leyde,la haye,vienne,cham,dublin,copenhagen,copenhague,stockholm,oslo,varsovie,lisbonne,athenes,abidjan,dakar,tunis,alger,rabat,casablanca,beyrouth,s. l,france,belgique,suisse,canada`)
)
