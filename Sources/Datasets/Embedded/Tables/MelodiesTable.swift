// The melodies behind `Melodies`, in the notation that `Melody` reads: a number is a length in sixteenth notes, so that 4
// is a quarter note and 16 a whole one.

extension Melodies {
    /// All melodies, those in major before those in minor.
    public static let all: [Melody] = major + minor

    private static func key(_ tonic: Int, _ mode: Melody.Mode) -> Melody.Key { Melody.Key(tonic: tonic, mode: mode) }

    private static let cMajor = key(0, .major)
    private static let dMajor = key(2, .major)
    private static let fMajor = key(5, .major)
    private static let gMajor = key(7, .major)
    private static let aMinor = key(9, .minor)
    private static let dMinor = key(2, .minor)
    private static let eMinor = key(4, .minor)

    private static let major = [
        Melody(
            title: "Ah ! vous dirai-je, maman (Twinkle, twinkle, little star)", origin: "France, 18th century",
            key: cMajor, metre: .init(4, 4),
            abc: """
                C4 C4 G4 G4 | A4 A4 G8 | F4 F4 E4 E4 | D4 D4 C8 |
                G4 G4 F4 F4 | E4 E4 D8 | G4 G4 F4 F4 | E4 E4 D8 |
                C4 C4 G4 G4 | A4 A4 G8 | F4 F4 E4 E4 | D4 D4 C8
                """),
        Melody(
            title: "Frère Jacques", origin: "France, 18th century", key: fMajor, metre: .init(4, 4),
            abc: """
                F4 G4 A4 F4 | F4 G4 A4 F4 | A4 B4 c8 | A4 B4 c8 |
                c2 d2 c2 B2 A4 F4 | c2 d2 c2 B2 A4 F4 | F4 C4 F8 | F4 C4 F8
                """),
        Melody(
            title: "Au clair de la lune", origin: "France, 18th century", key: cMajor, metre: .init(4, 4),
            abc: """
                C4 C4 C4 D4 | E8 D8 | C4 E4 D4 D4 | C16 | C4 C4 C4 D4 | E8 D8 | C4 E4 D4 D4 | C16 |
                D4 D4 D4 D4 | A,8 A,8 | D4 C4 B,4 A,4 | G,16 | C4 C4 C4 D4 | E8 D8 | C4 E4 D4 D4 | C16
                """),
        Melody(
            title: "Sur le pont d’Avignon (refrain)", origin: "France", key: fMajor, metre: .init(2, 4),
            abc: """
                F2 F2 F4 | G2 G2 G4 | A2 B2 c2 F2 | E2 F2 G2 C2 |
                F2 F2 F4 | G2 G2 G4 | A2 B2 c2 F2 | G2 E2 F4
                """),
        Melody(
            title: "Alouette (refrain)", origin: "Canada, 19th century", key: gMajor, metre: .init(4, 4),
            abc: "G6 A2 B4 B4 | A2 G2 A2 B2 G4 D4 | G6 A2 B4 B4 | A2 G2 A2 B2 G8"),
        Melody(
            title: "Alle meine Entchen", origin: "Germany, 19th century", key: cMajor, metre: .init(4, 4),
            abc: """
                C4 D4 E4 F4 | G8 G8 | A4 A4 A4 A4 | G16 | A4 A4 A4 A4 | G16 |
                F4 F4 F4 F4 | E8 E8 | D4 D4 D4 D4 | C16
                """),
        Melody(
            title: "Hänschen klein", origin: "Germany, 18th century", key: cMajor, metre: .init(4, 4),
            abc: """
                G4 E4 E8 | F4 D4 D8 | C4 D4 E4 F4 | G4 G4 G8 | G4 E4 E8 | F4 D4 D8 | C4 E4 G4 G4 | C16 |
                D4 D4 D4 D4 | D4 E4 F8 | E4 E4 E4 E4 | E4 F4 G8 | G4 E4 E8 | F4 D4 D8 | C4 E4 G4 G4 | C16
                """),
        Melody(
            title: "Summ, summ, summ", origin: "Bohemia", key: cMajor, metre: .init(4, 4),
            abc: """
                G8 F8 | E16 | D4 E4 F4 D4 | C16 | E4 F4 G4 E4 | D4 E4 F4 D4 | E4 F4 G4 E4 | D4 E4 F4 D4 |
                G8 F8 | E16 | D4 E4 F4 D4 | C16
                """),
        Melody(
            title: "O du lieber Augustin", origin: "Austria, 18th century", key: cMajor, metre: .init(3, 4),
            abc: """
                G6 A2 G2 F2 | E4 C4 C4 | D4 G,4 G,4 | E4 C4 C4 | G6 A2 G2 F2 | E4 C4 C4 | D4 G,4 G,4 | C12 |
                D4 G,4 G,4 | E4 C4 C4 | D4 G,4 G,4 | E4 C4 C4 | G6 A2 G2 F2 | E4 C4 C4 | D4 G,4 G,4 | C12
                """),
        Melody(
            title: "O Tannenbaum", origin: "Germany, 16th century", key: fMajor, metre: .init(3, 4),
            abc: """
                C4 | F3 F F4 G4 | A3 A A6 A2 | G2 A2 B4 E4 | G4 F4 C4 | F3 F F4 G4 | A3 A A6 A2 | G2 A2 B4 E4 |
                G4 F6 c2 | c2 A2 d6 c2 | c2 B2 B6 B2 | B2 G2 c6 B2 | B2 A2 A4 C4 |
                F3 F F4 G4 | A3 A A6 A2 | G2 A2 B4 E4 | G4 F4
                """),
        Melody(
            title: "Stille Nacht", origin: "Austria, 1818, Franz Xaver Gruber (1787–1863)", key: cMajor,
            metre: .init(6, 8),
            abc: """
                G3 A G2 E6 | G3 A G2 E6 | d4 d2 B6 | c4 c2 G6 | A4 A2 c3 B A2 | G3 A G2 E6 |
                A4 A2 c3 B A2 | G3 A G2 E6 | d4 d2 f3 d B2 | c6 e6 | c2 G2 E2 G3 F D2 | C12
                """),
        Melody(
            title: "Ihr Kinderlein, kommet", origin: "Germany, 1794, Johann Abraham Peter Schulz (1747–1800)",
            key: cMajor, metre: .init(2, 4),
            abc: """
                G2 | G4 E2 G2 | G4 E2 G2 | F4 D2 F2 | E6 G2 | G4 E2 G2 | G4 E2 G2 | F4 D2 F2 | E6 E2 |
                D4 D2 D2 | F4 F2 F2 | E4 E2 E2 | A6 A2 | G4 G2 G2 | c4 G2 E2 | F4 D2 B,2 | C6
                """),
        Melody(
            title: "Alle Jahre wieder", origin: "Germany, 1842, Friedrich Silcher (1789–1860)", key: dMajor,
            metre: .init(4, 4),
            abc: "A6 B2 A4 G4 | F8 E8 | D4 E2 F2 G4 F4 | E16 | F4 A4 B4 A4 | d8 c4 B4 | A4 G2 F2 G4 A4 | F16"),
        Melody(
            title: "Morgen, Kinder, wird’s was geben", origin: "Germany, 1809, Carl Gottlieb Hering (1766–1853)",
            key: gMajor, metre: .init(4, 4),
            abc: """
                G4 D4 E4 D4 | E2 G2 F2 A2 G4 D4 | B4 B2 c2 d4 B4 | c4 B4 A8 |
                G4 D4 E4 D4 | E2 G2 F2 A2 G4 D4 | B4 B2 c2 d4 B4 | c4 B4 A8 |
                c4 c4 e4 e4 | A4 A4 d8 | G4 G4 c4 c4 | B2 A2 G2 F2 G8
                """),
        Melody(
            title: "Freude, schöner Götterfunken (as a hymn)",
            origin: "Austria, 1824, Ludwig van Beethoven (1770–1827)", key: dMajor, metre: .init(4, 4),
            abc: """
                F4 F4 G4 A4 | A4 G4 F4 E4 | D4 D4 E4 F4 | F6 E2 E8 | F4 F4 G4 A4 | A4 G4 F4 E4 | D4 D4 E4 F4 | E6 D2 D8 |
                E4 E4 F4 D4 | E4 F2 G2 F4 D4 | E4 F2 G2 F4 E4 | D4 E4 A,8 |
                F4 F4 G4 A4 | A4 G4 F4 E4 | D4 D4 E4 F4 | E6 D2 D8
                """),
        Melody(
            title: "Adeste fideles (O come, all ye faithful)",
            origin: "England, 18th century, attributed to John Francis Wade (1711–1786)", key: gMajor,
            metre: .init(4, 4),
            abc: """
                G4 | G8 D4 G4 | A8 D8 | B4 A4 B4 c4 | B8 A4 G4 | G8 F4 E4 | F4 G4 A4 B4 | F8 E6 D2 | D16 |
                d8 c4 B4 | c8 B8 | A4 B4 G4 A4 | F6 E2 D4 G4 | G4 F4 G4 A4 | G8 D4 B4 | B4 A4 B4 c4 | B8 A4 B4 |
                c4 B4 A4 G4 | F8 G4 c4 | B8 A6 G2 | G12
                """),
        Melody(
            title: "Tempus adest floridum (Good King Wenceslas)", origin: "Finland or Sweden, Piae Cantiones, 1582",
            key: gMajor, metre: .init(4, 4),
            abc: """
                G4 G4 G4 A4 | G4 G4 D8 | E4 D4 E4 F4 | G8 G8 | G4 G4 G4 A4 | G4 G4 D8 | E4 D4 E4 F4 | G8 G8 |
                d4 c4 B4 A4 | B4 A4 G8 | E4 D4 E4 F4 | G8 G8 | D4 D4 E4 F4 | G4 G4 A8 | d4 c4 B4 A4 | G8 c8 | G16
                """),
        Melody(
            title: "London Bridge", origin: "England, 18th century", key: cMajor, metre: .init(4, 4),
            abc: """
                G6 A2 G4 F4 | E4 F4 G8 | D4 E4 F8 | E4 F4 G8 | G6 A2 G4 F4 | E4 F4 G8 | D8 G8 | E4 C12
                """),
        Melody(
            title: "Hot cross buns", origin: "England, 18th century", key: gMajor, metre: .init(4, 4),
            abc: "B8 A8 | G16 | B8 A8 | G16 | G4 G4 G4 G4 | A4 A4 A4 A4 | B8 A8 | G16"),
        Melody(
            title: "Pop goes the weasel", origin: "England, 19th century", key: cMajor, metre: .init(6, 8),
            abc: """
                G,2 | C4 C2 D4 D2 | E2 G2 E2 C4 G,2 | C4 C2 D4 D2 | E6 C4 G,2 |
                C4 C2 D4 D2 | E2 G2 E2 C6 | A6 D4 F2 | E6 C4
                """),
        Melody(
            title: "The first Nowell", origin: "England", key: dMajor, metre: .init(3, 4),
            abc: """
                F2 E2 | D6 E2 F2 G2 | A8 B2 c2 | d4 c4 B4 | A8 B2 c2 | d4 c4 B4 | A4 B4 c4 | d4 A4 G4 | F8 F2 E2 |
                D6 E2 F2 G2 | A8 B2 c2 | d4 c4 B4 | A8 B2 c2 | d4 c4 B4 | A4 B4 c4 | d4 A4 G4 | F8 F2 E2 |
                D6 E2 F2 G2 | A8 d2 c2 | B8 B4 | A12 | d4 c4 B4 | A4 B4 c4 | d4 A4 G4 | F8
                """),
        Melody(
            title: "We wish you a merry Christmas", origin: "England", key: gMajor, metre: .init(3, 4),
            abc: """
                D4 | G4 G2 A2 G2 F2 | E4 E4 E4 | A4 A2 B2 A2 G2 | F4 D4 D4 | B4 B2 c2 B2 A2 | G4 E4 D2 D2 |
                E4 A4 F4 | G8 D4 | G4 G4 G4 | F8 F4 | G4 F4 E4 | D8 A4 | B4 A4 G4 | d4 D4 D2 D2 | E4 A4 F4 | G8
                """),
        Melody(
            title: "Deck the halls (Nos Galan)", origin: "Wales, 18th century", key: fMajor, metre: .init(4, 4),
            abc: """
                c6 B2 A4 G4 | F4 G4 A4 F4 | G2 A2 B2 G2 A6 G2 | F4 E4 F8 |
                c6 B2 A4 G4 | F4 G4 A4 F4 | G2 A2 B2 G2 A6 G2 | F4 E4 F8 |
                G6 A2 B4 G4 | A6 B2 c4 G4 | A2 =B2 c4 d2 e2 f4 | e4 d4 c8 |
                c6 B2 A4 G4 | F4 G4 A4 F4 | d2 d2 d2 d2 c6 B2 | A4 G4 F8
                """),
        Melody(
            title: "Auld lang syne", origin: "Scotland, 18th century", key: fMajor, metre: .init(4, 4),
            abc: """
                C4 | F6 F2 F4 A4 | G6 F2 G4 A4 | F6 F2 A4 c4 | d12 d4 | c6 A2 A4 F4 | G6 F2 G4 A4 | F6 D2 D4 C4 |
                F12 d4 | c6 A2 A4 F4 | G6 F2 G4 d4 | c6 A2 A4 c4 | d12 d4 | c6 A2 A4 F4 | G6 F2 G4 A4 |
                F6 D2 D4 C4 | F12
                """),
        Melody(
            title: "Mary had a little lamb", origin: "United States, 19th century", key: cMajor, metre: .init(4, 4),
            abc: "E4 D4 C4 D4 | E4 E4 E8 | D4 D4 D8 | E4 G4 G8 | E4 D4 C4 D4 | E4 E4 E4 E4 | D4 D4 E4 D4 | C16"),
        Melody(
            title: "Row, row, row your boat", origin: "United States, 19th century", key: cMajor, metre: .init(6, 8),
            abc: """
                C6 C6 | C4 D2 E6 | E4 D2 E4 F2 | G12 | c2 c2 c2 G2 G2 G2 | E2 E2 E2 C2 C2 C2 | G4 F2 E4 D2 | C12
                """),
        Melody(
            title: "Yankee Doodle", origin: "United States, 18th century", key: cMajor, metre: .init(2, 4),
            abc: """
                c2 c2 d2 e2 | c2 e2 d2 G2 | c2 c2 d2 e2 | c4 B4 | c2 c2 d2 e2 | f2 e2 d2 c2 | B2 G2 A2 B2 | c4 c4 |
                A3 B A2 G2 | A2 B2 c4 | G3 A G2 F2 | E4 G4 | A3 B A2 G2 | A2 B2 c2 A2 | G2 c2 B2 d2 | c4 c4
                """),
        Melody(
            title: "Amazing grace (New Britain)", origin: "United States, 1829", key: gMajor, metre: .init(3, 4),
            abc: """
                D4 | G8 B2 G2 | B8 A4 | G8 E4 | D8 D4 | G8 B2 G2 | B8 A4 | d12- | d8 B4 |
                d6 B2 d2 B2 | G8 D4 | E6 G2 G2 E2 | D8 D4 | G8 B2 G2 | B8 A4 | G12- | G8
                """),
        Melody(
            title: "Oh! Susanna", origin: "United States, 1848, Stephen Foster (1826–1864)", key: cMajor,
            metre: .init(2, 4),
            abc: """
                C D | E2 G2 G3 A | G2 E2 C3 D | E2 E2 D2 C2 | D6 C D | E2 G2 G3 A | G2 E2 C3 D | E2 E2 D2 D2 | C8 |
                F4 F4 | A2 A4 A2 | G2 G2 E2 C2 | D6 C D | E2 G2 G3 A | G2 E2 C3 D | E2 E2 D2 D2 | C6
                """),
        Melody(
            title: "Jingle bells (refrain)", origin: "United States, 1857, James Lord Pierpont (1822–1893)",
            key: gMajor, metre: .init(4, 4),
            abc: """
                B4 B4 B8 | B4 B4 B8 | B4 d4 G6 A2 | B16 | c4 c4 c6 c2 | c4 B4 B4 B2 B2 | B4 A4 A4 B4 | A8 d8 |
                B4 B4 B8 | B4 B4 B8 | B4 d4 G6 A2 | B16 | c4 c4 c6 c2 | c4 B4 B4 B2 B2 | d4 d4 c4 A4 | G16
                """),
        Melody(
            title: "Skip to my Lou", origin: "United States, 19th century", key: fMajor, metre: .init(4, 4),
            abc: """
                A8 F8 | A4 A2 A2 c8 | G8 E8 | G4 G2 G2 B8 | A8 F8 | A4 A2 A2 c8 | G4 A2 B2 A4 G4 | F8 F8
                """),
        Melody(
            title: "Clementine", origin: "United States, 19th century", key: fMajor, metre: .init(3, 4),
            abc: """
                F2 F2 | F4 C4 A2 A2 | A4 F4 F2 A2 | c6 c2 B2 A2 | G8 G2 A2 | B4 B4 A2 G2 | A4 F4 F2 A2 | G6 C2 E2 G2 | F8
                """),
        Melody(
            title: "Old MacDonald", origin: "England and United States", key: gMajor, metre: .init(4, 4),
            abc: """
                G4 G4 G4 D4 | E4 E4 D8 | B4 B4 A4 A4 | G12 D4 | G4 G4 G4 D4 | E4 E4 D8 | B4 B4 A4 A4 | G12 D2 D2 |
                G4 G4 G4 D2 D2 | G4 G4 G8 | G2 G2 G4 G2 G2 G4 | G2 G2 G2 G2 G4 G4 |
                G4 G4 G4 D4 | E4 E4 D8 | B4 B4 A4 A4 | G16
                """),
    ]

    private static let minor = [
        Melody(
            title: "Greensleeves", origin: "England, 16th century", key: aMinor, metre: .init(6, 8),
            abc: """
                A2 | c4 d2 e3 f e2 | d4 B2 G3 A B2 | c4 A2 A3 ^G A2 | B4 ^G2 E4 A2 |
                c4 d2 e3 f e2 | d4 B2 G3 A B2 | c3 B A2 ^G3 ^F ^G2 | A12 |
                g6 g3 f e2 | d4 B2 G3 A B2 | c4 A2 A3 ^G A2 | B4 ^G2 E6 |
                g6 g3 f e2 | d4 B2 G3 A B2 | c3 B A2 ^G3 ^F ^G2 | A10
                """),
        Melody(
            title: "God rest you merry, gentlemen", origin: "England, 18th century", key: eMinor, metre: .init(4, 4),
            abc: """
                E4 | E4 B4 B4 A4 | G4 F4 E4 D4 | E4 F4 G4 A4 | B12 E4 | E4 B4 B4 A4 | G4 F4 E4 D4 | E4 F4 G4 A4 |
                B12 B4 | c4 A4 B4 c4 | d4 e4 B4 A4 | G4 E4 F4 G4 | A8 G4 A4 | B8 c4 B4 | B4 A4 G4 F4 |
                E8 G2 F2 E4 | A8 G4 A4 | B4 c4 d4 e4 | B4 A4 G4 F4 | E12
                """),
        Melody(
            title: "What shall we do with the drunken sailor (verse, in the Dorian mode)",
            origin: "Ireland and England, 19th century", key: dMinor, metre: .init(2, 4),
            abc: """
                A2 A A A2 A A | A2 D2 F2 A2 | G2 G G G2 G G | G2 C2 E2 G2 |
                A2 A A A2 A A | A2 =B2 c2 d2 | c2 A2 G2 E2 | D4 D4
                """),
        Melody(
            title: "We three kings (verse)", origin: "United States, 1857, John Henry Hopkins (1820–1891)", key: eMinor,
            metre: .init(3, 4),
            abc: """
                B8 A4 | G8 E4 | F4 G4 F4 | E12 | B8 A4 | G8 E4 | F4 G4 F4 | E12 |
                G8 G4 | A8 A4 | B8 B4 | d4 c4 B4 | A4 B4 A4 | G8 F4 | E12
                """),
        Melody(
            title: "Korobeiniki", origin: "Russia, 19th century", key: aMinor, metre: .init(4, 4),
            abc: """
                e4 B2 c2 d4 c2 B2 | A4 A2 c2 e4 d2 c2 | B6 c2 d4 e4 | c4 A4 A8 |
                d6 f2 a4 g2 f2 | e6 c2 e4 d2 c2 | B4 B2 c2 d4 e4 | c4 A4 A8
                """),
        Melody(
            title: "Sakura, sakura", origin: "Japan, 19th century", key: aMinor, metre: .init(4, 4),
            abc: """
                A4 A4 B8 | A4 A4 B8 | A4 B4 c4 B4 | A4 B2 A2 F8 | E4 C4 E4 F4 | E4 E2 C2 B,8 |
                A4 B4 c4 B4 | A4 B2 A2 F8 | E4 C4 E4 F4 | E4 E2 C2 B,8 | A4 A4 B8 | A4 A4 B8 | E4 F4 B2 A2 F4 | E16
                """),
    ]
}
