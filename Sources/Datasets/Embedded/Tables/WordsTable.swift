// The lists behind `Words`: common words of five languages, written for this module, each in lower case and in
// alphabetical order of its letters' code points. A word that would have stood in two of the lists is in neither.

extension Words {
    static let english = """
        about across afraid after again against along also although always and anger angry apple around arrive arrow
        autumn back baker battle bear because bed before begin behind believe bell between beyond bird birth black
        blood blue boat book bottle bought bow boy branch bread break breakfast breath bridge bright bring brother
        brown build burn buy carry cart catch chair cheap cheese chicken child children choose church clean climb
        clock close cloth cloud cold cook could cow cry cup cut dance dark daughter death deep depth dinner dirty
        dog door dream drink drive dry during each ear early earth eat eight eleven empty enough even evening eye
        fall farmer father fear feed field find finish first fish five floor flower fly follow foot forest forget
        fork forty four freedom freeze friend friendship from full garden girl give glass good grass green grow hair
        happiness happy harbour hatred have head health hear heart heavy height high hill hold hope horse hot hour
        house however hundred hungry husband into iron island jump just keep key king kitchen knee knife knight know
        knowledge lake late laugh law lead leaf learn leather leave length letter life light like listen little lock
        look lord lose loud love low make meat might milk month moon morning most mother mountain mouse mouth must
        narrow needle neighbour never night nine often old one only open orange other over paper path pay peace
        people perhaps plate play poor pull push queen quick quiet rain read red remember rich ride right river road
        roof room root rough run sail seek sell seven sew shallow sharp sheep shield shine ship shore short should
        shoulder shout silver sing sister sit skin sky sleep slow small smooth snake snow soldier some sorrow speak
        speech spoon spring stand stay stomach stone stop storm street strength strong sugar summer sun supper swim
        sword take teach teacher teeth than that the their them then there these they thick thin think thirsty
        thirty this those though thought thousand thread three throat through throw thunder time tired today
        together tomorrow tongue tooth tower town travel tree truth twelve twenty two under understand valley
        village wagon wake walk wall want war warm wash watch water weak wealth weather week weep weight well wet
        what wheel when where which while whisper white wide width wife window wisdom with within without wolf woman
        wood wool word work would write year yellow yesterday young your
        """

    static let german = """
        abendessen aber acht alle alt angst ankommen apfel arbeiten ast atem auch auf auge augenblick bahnhof bauch
        bauen bauer baum beginnen behalten berg bett bezahlen billig birne blatt blau bleiben blume blut boden bogen
        boot braun brechen breit brennen brief bringen brot bruder brücke buch bäcker bär dach dann das dem denken
        der deshalb dick die dieser doch dorf dort drei dreißig drücken dunkel durch durstig dünn dürfen ehefrau
        eichhörnchen ein eine einen einige eins eisen elf entschuldigung erde essen etwas faden fahren fallen fangen
        feld fenster finden fisch flasche fleisch fliegen flughafen fluss flüstern folgen freiheit freund freundin
        freundlich freundschaft frieden frieren früh frühling frühstück fuchs fuß führen fünf für füttern gabel
        garten geben geburt gedanke gegen gehen gelb geschwindigkeit geschäft gesetz gesicht gestern gesundheit
        gewicht glas glatt glauben glocke glück glücklich gras groß grün haar haben hafen hals halten hass haus heiß
        hell herbst herz heute himmel hinter hoch hoffnung holz huhn hund hundert hungrig hässlich häufig höflich
        höhe hören hügel ich immer insel ist jahr jeder jemand jener jetzt jung junge kalt katze kaufen keine kind
        kinder kirche kirsche klein klettern knie kochen kopf kraft krankenhaus krieg kuh kurz käse könig königin
        können küche lachen lang langsam laufen laut leben leder lehren lehrer leicht lernen lesen liebe länge
        löffel manchmal mann maus mehr messer milch mit monat mond morgen mund mutter mädchen mögen möglichkeit müde
        müssen nach nachbar nacht nadel nass neben nehmen neun nicht nichts niedrig niemals niemand nirgends noch
        nur nähen ohne ohr pfeil pferd rad rau regen reich reichtum reisen reiten rot rufen ruhig rücken sauber
        schaf scharf scheinen schiff schild schlacht schlafen schlange schließen schloss schlüssel schmal
        schmetterling schmutzig schnee schneiden schnell schon schreiben schule schulter schwach schwarz schwer
        schwert schwester schwimmen schön schüler sechs segeln sehen sich sie sieben silber singen sitzen sohn
        sollen sommer sonne sorge spielen sprache sprechen springen spät stadt stark stehen stein stoff straße stuhl
        stunde sturm suchen tal tanzen tausend teller teuer tief tiefe tisch tochter tod tragen traurig trinken
        trocken trotzdem träumen turm tür ufer uhr und universität unter vater vergessen verkaufen verlassen
        verlieren verstehen viele vielleicht vier vogel voll von wachen wachsen wagen wahrheit wald wand waschen
        wasser weg weil weinen weisheit weiß welcher wenige wenn werden werfen wetter wieder wird wissen
        wissenschaft woche wolke wolle wollen wort wurzel wählen während wütend zahn zehn zeitung ziehen zimmer zorn
        zucker zunge zusammen zwanzig zwei zwischen zwölf zähne öffnen über überall
        """

    static let french = """
        acheter afin aiguille ailleurs aimer ainsi alors ami amie amitié amour année apporter apprendre après arbre
        arc argent arriver assez assiette attraper aucun aussi automne autre avant avec aéroport bas bataille bateau
        beau beaucoup beurre bien bientôt blanc bleu boire bois bonheur bouche bouclier boulanger bouteille branche
        briller bruit brun bruyant brûler bâtir car casser ce cent cerise ces cette chacun chagrin chaise chambre
        champ chanter charrette chat chaud chemin cher chercher cheval cheveux chez chien choisir chuchoter ciel
        cinq clair cloche clé colline colère comme commencer comprendre conduire connaissance contre coudre couper
        courir court couteau crier croire cuillère cuir cuire cuisine cœur dans danser demain dent depuis des deux
        devoir dix doigt donc douze déjeuner déjà dîner eau elles encore enfant enfants enfin enseigner ensuite
        entendre espoir est faible fatigué femme fenêtre fer fermer feu feuille fil fille fils finir fleur fleuve
        flèche force fort forêt fourchette froid fromage frère fâché garder gare garçon geler genou gentil gorge
        grand grandir grenouille grimper guerre haine hauteur herbe heure heureux hiver homme horloge huit hôpital
        ici ils instant jamais jardin jaune jeter jeune jouer jour journal jusque la lac laid laine lait langue
        largeur laver lent les lettre leur leurs liberté lire lisse lit livre loi longueur lorsque loup lourd
        lumière lune léger magasin main maintenant mais maison malgré manger marcher mari matin mince moins mois
        montagne mort mot mouillé mourir mouton mur mère même nager naissance navire naître neige neuf noir nourrir
        nous nuage nuit oiseau onze or orage oreille oublier ours ouvrir où pain paix papillon par parfois parler
        parmi parole partout pas pauvre payer paysan peau pendant penser pensée perdre personne petit peu peur pied
        pierre plancher plein pleurer pluie plus poids pointu poire poisson pomme pont port porte porter possibilité
        poulet pour pousser pouvoir prendre printemps professeur profond propre puis puisque père quand quatre
        quelque quitter racine rapide regarder reine renard rester riche richesse rien rire rivage rivière roi roue
        rouge rue rugueux rêver sagesse sale sang sans santé sauter savoir sec semaine sept serpent serrure ses soir
        soleil sombre souffle souris sous souvent sucre suivre sur sœur tard tenir terre tirer tissu toit tomber
        tonnerre toujours tour tous tout toute tranquille travailler trente triste trois trop trouver très tête tôt
        une université vache vallée vendre verre vers vert viande vide vie vieux ville vingt visage vitesse vivre
        voir voisin voler vouloir vous voyager vérité yeux école écouter écrire écureuil église élève épais épaule
        épée étroit été île œil
        """

    static let spanish = """
        abrir aeropuerto afilado agua aguja ahora algo alguien aliento alimentar allí almuerzo altura alumno amable
        amarillo amiga amigo amistad amor ancho anchura antes aprender aquí ardilla así aunque ayer azul azúcar año
        aún bailar bajo barato barco bastante batalla beber blanco boca bosque botella brillar buscar caballo cabeza
        cada caer caliente calle cama caminar camino campesino cansado cantar cereza cerradura cerrar cien cinco
        ciudad claro cocina cocinar coger colina comer como comprar conducir conocimiento construir contra corazón
        correr cortar coser crecer creer cuando cuatro cuchara cuchillo cuero dar deber dedo dejar delgado demasiado
        desayuno desde después diente diez doce donde débil día el elegir empezar empujar en encontrar enojado
        enseñar entender entonces es escribir escuchar escudo escuela espada espalda esperanza esta estación este
        estrecho está felicidad feliz feo flecha flor frío fuego fuerte fuerza garganta gato gritar grueso guardar
        habitación hablar hacia hambriento hasta helar hermana hermano hermoso hierba hierro hija hijo hilo hoja
        hombre hombro hora hospital hoy iglesia instante invierno ira isla jardín joven jugar las lavar leche lengua
        ley libertad ligero limpio liso llave llegar lleno llevar llorar lluvia lobo longitud los luego luz madera
        mantequilla manzana marido mariposa mañana menos menudo mes mesa miedo mientras mil mirar mismo mojado
        montaña morir mucha muchacho mucho muchos muerte mujer muy más nacer nacimiento nada nadar nadie negro nieve
        niña niño noche nos nube nueve nunca ocho ojo olvidar once oreja orilla oscuro oso otoño otra otro oveja oír
        pagar palabra pan panadero papel para pardo pared paz pelo pensamiento pensar pequeño perder periódico pero
        perro pesado pescado pie piedra piel plata plato pobre poder por porque posibilidad profundo pueblo puente
        puerta puerto pues pájaro quedar quemar querer queso quizás rama ratón raíz reina reloj rey reír rico
        riqueza rodilla rojo romper rostro rueda ruido ruidoso rápido río saber sabiduría saltar salud sangre seco
        seguir según seis semana ser serpiente siempre siete silla sin sobre sol soldado soñar sucio suelo sus
        susurrar también tarde taza techo tela temprano tenedor tener terminar tiempo tienda tiene tierra tirar
        todavía todo tomar tormenta trabajar traer tranquilo tras treinta trepar tres tristeza trueno universidad
        vaca vacío vaso vecino veinte velocidad vender ventana ver verano verdad viajar vida viejo vientre vivir
        volar ya zorro árbol áspero
        """

    static let italian = """
        abbastanza acqua adesso aeroporto affamato affilato ago albero alla allora altezza altra altro amica
        amicizia amico amore anche ancora anno aprire argento arrabbiato arrampicare arrivare asciutto ascoltare
        attimo autunno avere azzurro bagnato ballare bambina bambino barca basso battaglia bello bere bianco
        bicchiere bocca bosco bottiglia brillare bruciare brutto burro cadere caldo camera camminare cane cantare
        capello capire cavallo cento cercare che chiaro chiave chiesa chiudere ciliegia cinque città colazione
        collina coltello cominciare comprare conoscenza contadino contro correre costruire così credere crescere
        cucchiaio cucina cucinare cucire cuoio cuore dare debole della dente di dieci dimenticare dito dodici domani
        donna dopo dormire dove dovere due economico erba essere estate farfalla felice felicità ferro figlia figlio
        filo finestra finire fiore fiume foglia forchetta formaggio fornaio forse forte forza fra fratello freccia
        freddo fuoco gatto gelare gentile gettare giallo giardino ginocchio giocare giornale giorno giovane già gli
        gola gridare grosso guardare guidare ieri il imparare insegnare inverno isola larghezza lasciare latte
        lavare lavorare legge leggere leggero legno lettera letto libertà lingua liscio lo loro luce lunghezza lungo
        lupo ma mai mangiare marito marrone mattina mela meno mentre mese moglie molta molti molto montagna morire
        morte mucca muro nascere nascita nave negozio nel nero nessuno neve niente noi non notte nove nulla nuotare
        nutrire nuvola occhio oggi ogni ora orecchio orologio orso ospedale otto pace pagare pane parlare parola
        paura pavimento pecora pelle pensare pensiero per perché perdere pesante pesce piangere piatto piccolo piede
        pieno pietra pioggia più poi ponte porta portare porto possibilità potere povero pranzo prendere presto
        prima profondo pulito qualcosa qualcuno quando quattro quella quello questa questo quindi rabbia radice
        ragazza ragazzo ramo regina respiro restare ricchezza ricco ridere riva rompere rosso rumore rumoroso ruota
        ruvido saggezza saltare salute sangue sapere scegliere schiena scoiattolo scolaro scrivere scudo scuola
        scuro sebbene secondo sedia seguire sei sempre sentiero sentire senza sera serpente serratura sette
        settimana sognare soldato sole sono sopra sorella sottile sotto spada spalla speranza spesso spingere sporco
        stanco stazione stesso stoffa strada stretto sussurrare tagliare tardi tavolo tazza tempesta tempo tenere
        terra testa tetto tirare topo tra tranquillo tre trenta tristezza troppo trovare tuono uccello undici
        università uomo vecchio vedere veloce velocità vendere venti verità verso viaggiare vicino villaggio viso
        vita vivere voi volare volere volpe vuoto zucchero
        """
}
