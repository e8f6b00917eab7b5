// The table behind `Formants`: ten vowels spoken by men, women and children; mean formant frequencies F1, F2, F3 as
// published, and how far single utterances lie from them, in Hz. The text between the quotes is an ordinary CSV file.

extension Formants {
    static let csv = """
vowel,word,speakers,F1,F2,F3,F1_deviation,F2_deviation,correlation
i,heed,men,270,2290,3010,37,136,0.02
i,heed,women,310,2790,3310,47,132,-0.07
i,heed,children,370,3200,3730,70,219,0.08
ɪ,hid,men,390,1990,2550,50,126,-0.16
ɪ,hid,women,430,2480,3070,47,151,0.05
ɪ,hid,children,530,2730,3600,74,207,0.27
ɛ,head,men,530,1840,2480,59,114,-0.15
ɛ,head,women,610,2330,2990,78,139,-0.17
ɛ,head,children,690,2610,3570,87,208,-0.10
æ,had,men,660,1720,2410,62,121,-0.26
æ,had,women,860,2050,2850,115,179,-0.31
æ,had,children,1010,2320,3320,152,240,-0.12
ɑ,hod,men,730,1090,2440,54,97,0.68
ɑ,hod,women,850,1220,2810,95,99,0.57
ɑ,hod,children,1030,1370,3170,128,163,0.56
ɔ,hawed,men,570,840,2410,62,111,0.68
ɔ,hawed,women,590,920,2710,86,123,0.76
ɔ,hawed,children,680,1060,3180,117,121,0.29
ʊ,hood,men,440,1020,2240,46,122,0.39
ʊ,hood,women,470,1160,2680,56,157,0.42
ʊ,hood,children,560,1410,3310,69,119,0.18
u,who'd,men,300,870,2240,50,157,0.42
u,who'd,women,370,950,2670,47,173,0.44
u,who'd,children,430,1170,3260,89,265,0.26
ʌ,hud,men,640,1190,2390,47,109,0.01
ʌ,hud,women,760,1400,2780,68,119,0.28
ʌ,hud,children,850,1590,3360,118,103,0.37
ɝ,heard,men,490,1350,1690,57,94,0.17
ɝ,heard,women,500,1640,1960,62,183,0.06
ɝ,heard,children,560,1820,2160,96,213,0.33
"""
}
