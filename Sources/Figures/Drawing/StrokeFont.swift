// The letters of PNG pictures. A glyph is what a pen draws: strokes through a few points on a grid where capitals are
// 7 high, small letters 5, and descenders reach −2. The same lines that draw curves of data draw the letters, at any
// size, which no table of dots could do. Widths follow Helvetica's, so that a layout measured here also holds for the
// real fonts of SVG.

import Foundation

/// A hand-drawn font of single strokes.
enum StrokeFont {
    /// A text as pen strokes, x from 0 to `width`, y upwards from the baseline, for a font of this size.
    static func strokes(of text: String, size: Double, isBold: Bool) -> [[Point]] {
        let unit = size * unitOfSize
        var strokes: [[Point]] = []
        var pen = spacing / 2
        for place in placed(text) {
            for stroke in place.glyph.strokes {
                strokes.append(stroke.map {
                    Point((pen + $0.x * place.shrink) * unit, ($0.y * place.shrink + place.raise) * unit)
                })
            }
            pen += place.advance + (isBold ? boldSpacing : 0)
        }
        return strokes
    }

    /// How wide a text is in a font of this size.
    static func width(of text: String, size: Double, isBold: Bool = false) -> Double {
        placed(text).reduce(0) { $0 + $1.advance + (isBold ? boldSpacing : 0) } * size * unitOfSize
    }

    /// The width of the pen that draws a font of this size.
    static func penWidth(size: Double, isBold: Bool) -> Double { size * unitOfSize * (isBold ? 1.3 : 0.86) }

    /// The text broken at spaces into lines no wider than `width`; a word that is wider has a line to itself.
    static func wrapped(_ text: String, width: Double, size: Double, isBold: Bool = false) -> [String] {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, self.width(of: last + " " + word, size: size, isBold: isBold) <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// One grid unit in a font of size 1: capitals of 7 units are 0.72 of the size high, as in Helvetica.
    private static let unitOfSize = 0.72 / 7
    /// The white between two letters.
    private static let spacing = 1.5
    private static let boldSpacing = 0.35

    private struct Glyph {
        var width: Double
        var strokes: [[Point]]
    }

    /// A glyph in a line of text; superscripts and subscripts are shrunk digits.
    private struct PlacedGlyph {
        var glyph: Glyph
        var shrink = 1.0
        var raise = 0.0
        var advance: Double
    }

    private static func placed(_ text: String) -> [PlacedGlyph] {
        text.flatMap { character -> [PlacedGlyph] in
            if character.isWhitespace {
                return [PlacedGlyph(glyph: Glyph(width: 0, strokes: []), advance: 2.7)]
            }
            if let glyph = glyphs[character] {
                return [PlacedGlyph(glyph: glyph, advance: glyph.width + spacing)]
            }
            let script = superscripts.firstIndex(of: character) ?? subscripts.firstIndex(of: character)
            if let script, let glyph = glyphs[scriptBases[script]] {
                return [PlacedGlyph(glyph: glyph, shrink: 0.62, raise: superscripts.contains(character) ? 3.4 : -1.5,
                                    advance: glyph.width * 0.62 + 1)]
            }
            return [accented(character) ?? PlacedGlyph(glyph: box(character), advance: box(character).width + spacing)]
        }
    }

    private static let scriptBases: [Character] = Array("0123456789−+")
    private static let superscripts: [Character] = Array("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
    private static let subscripts: [Character] = Array("₀₁₂₃₄₅₆₇₈₉₋₊")

    /// A letter with an accent: the letter, and the accent drawn above it (higher on capitals).
    private static func accented(_ character: Character) -> PlacedGlyph? {
        let scalars = Array(String(character).decomposedStringWithCanonicalMapping.unicodeScalars)
        guard scalars.count == 2, let base = glyphs[Character(scalars[0])], let mark = accents[scalars[1]] else {
            return nil
        }
        let lift = scalars[0].properties.isUppercase ? 2.0 : 0
        let shifted = mark.map { stroke in stroke.map { Point($0.x + base.width / 2, $0.y + lift) } }
        return PlacedGlyph(glyph: Glyph(width: base.width, strokes: base.strokes + shifted),
                           advance: base.width + spacing)
    }

    private static let accents: [Unicode.Scalar: [[Point]]] = [
        "\u{300}": strokes("-0.9,7.2 0.3,6"),
        "\u{301}": strokes("0.9,7.2 -0.3,6"),
        "\u{302}": strokes("-1,6 0,7.1 1,6"),
        "\u{303}": strokes("-1.3,6.3 ~-1.1,7 -0.6,7 ~0,7 0,6.6 ~0,6.2 0.6,6.2 ~1.1,6.2 1.3,7"),
        "\u{308}": strokes("-0.9,6.6 | 0.9,6.6"),
        "\u{327}": strokes("0.2,0 0.2,-0.8 ~0.2,-1.8 -0.8,-1.7"),
    ]

    /// What stands for a character that the font does not have.
    private static func box(_ character: Character) -> Glyph {
        let width = TerminalGrid.width(of: character) == 2 ? 7.5 : 4.0
        return Glyph(width: width, strokes: [
            [Point(0, 0), Point(0, 7), Point(width, 7), Point(width, 0), Point(0, 0)],
        ])
    }

    /// Reads strokes: points `x,y` separated by spaces, strokes by bars. A point marked `~` is not on the stroke but is
    /// the corner about which a quarter of an ellipse bends; between two such points lies an implied point half-way, as
    /// in TrueType outlines. A stroke of a single point is a dot.
    private static func strokes(_ text: some StringProtocol) -> [[Point]] {
        text.split(separator: " | ").map { stroke in
            var path: [Point] = []
            var corner: Point?
            for word in stroke.split(separator: " ") {
                let isCorner = word.first == "~"
                let numbers = (isCorner ? word.dropFirst() : word).split(separator: ",").compactMap { Double($0) }
                let point = Point(numbers[0], numbers[1])
                if let bend = corner {
                    let end = isCorner ? Point((bend.x + point.x) / 2, (bend.y + point.y) / 2) : point
                    path += arc(from: path[path.count - 1], about: bend, to: end)
                } else if !isCorner {
                    path.append(point)
                }
                corner = isCorner ? point : nil
            }
            return path
        }
    }

    /// A rational Bézier curve whose middle weight is √½: exactly a quarter of an ellipse if the corner is a right
    /// angle (Piegl and Tiller, “The NURBS Book”, 1997, section 7.3).
    private static func arc(from start: Point, about corner: Point, to end: Point) -> [Point] {
        let weight = 0.5.squareRoot()
        return (1...8).map { step in
            let t = Double(step) / 8
            let (a, b, c) = ((1 - t) * (1 - t), 2 * t * (1 - t) * weight, t * t)
            return Point((a * start.x + b * corner.x + c * end.x) / (a + b + c),
                         (a * start.y + b * corner.y + c * end.y) / (a + b + c))
        }
    }

    /// Every line of the table below: the character, its width, its strokes.
    private static let glyphs: [Character: Glyph] = {
        var glyphs: [Character: Glyph] = [:]
        for line in table.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            glyphs[Character(String(parts[0]))] = Glyph(width: Double(parts[1]) ?? 0, strokes: strokes(parts[2]))
        }
        // Greek mu, delta, sigma also have code points of their own as units and operators.
        glyphs["\u{B5}"] = glyphs["\u{3BC}"]
        glyphs["\u{2206}"] = glyphs["\u{394}"]
        glyphs["\u{2211}"] = glyphs["\u{3A3}"]
        return glyphs
    }()

    private static let table = """
        A 5 0,0 2.5,7 5,0 | 0.85,2.3 4.15,2.3
        B 4.4 0,0 0,7 2,7 ~3.9,7 3.9,5.35 ~3.9,3.7 2,3.7 0,3.7 | 2,3.7 2.5,3.7 ~4.4,3.7 4.4,1.85 ~4.4,0 2.4,0 0,0
        C 5 4.9,5.1 ~4.3,7 2.6,7 ~0,7 0,3.5 ~0,0 2.6,0 ~4.3,0 4.9,1.9
        D 4.8 0,0 0,7 1.8,7 ~4.8,7 4.8,3.5 ~4.8,0 1.8,0 0,0
        E 3.9 3.9,7 0,7 0,0 3.9,0 | 0,3.7 3.4,3.7
        F 3.8 3.8,7 0,7 0,0 | 0,3.6 3.2,3.6
        G 5.1 4.8,5.3 ~4.2,7 2.6,7 ~0,7 0,3.5 ~0,0 2.6,0 ~5,0 5,2.4 5,3.2 2.9,3.2
        H 4.8 0,0 0,7 | 4.8,0 4.8,7 | 0,3.7 4.8,3.7
        I 0.6 0.3,0 0.3,7
        J 3.4 3.4,7 3.4,2 ~3.4,0 1.6,0 ~0,0 0,1.9
        K 4.6 0,0 0,7 | 4.4,7 0,2.6 | 1.7,4.3 4.6,0
        L 3.7 0,7 0,0 3.7,0
        M 5.8 0,0 0,7 2.9,1 5.8,7 5.8,0
        N 4.8 0,0 0,7 4.8,0 4.8,7
        O 5.6 2.8,7 ~5.6,7 5.6,3.5 ~5.6,0 2.8,0 ~0,0 0,3.5 ~0,7 2.8,7
        P 4.3 0,0 0,7 2.2,7 ~4.3,7 4.3,5.15 ~4.3,3.3 2.2,3.3 0,3.3
        Q 5.6 2.8,7 ~5.6,7 5.6,3.5 ~5.6,0 2.8,0 ~0,0 0,3.5 ~0,7 2.8,7 | 3.3,1.7 5.5,-0.5
        R 4.6 0,0 0,7 2.2,7 ~4.3,7 4.3,5.15 ~4.3,3.3 2.2,3.3 0,3.3 | 2.4,3.3 4.6,0
        S 4.4 4.1,5.5 ~3.7,7 2.2,7 ~0.3,7 0.3,5.3 ~0.3,4 2.2,3.6 ~4.4,3.1 4.4,1.8 ~4.4,0 2.2,0 ~0.4,0 0,1.7
        T 4.8 0,7 4.8,7 | 2.4,7 2.4,0
        U 4.8 0,7 0,2.5 ~0,0 2.4,0 ~4.8,0 4.8,2.5 4.8,7
        V 4.8 0,7 2.4,0 4.8,7
        W 7 0,7 1.75,0 3.5,7 5.25,0 7,7
        X 4.6 0,0 4.6,7 | 0,7 4.6,0
        Y 4.8 0,7 2.4,3.3 4.8,7 | 2.4,3.3 2.4,0
        Z 4.4 0,7 4.4,7 0,0 4.4,0
        a 3.7 3.7,0 3.7,3.2 ~3.7,5 2,5 ~0.6,5 0.3,3.8 | 3.7,2.9 2,2.9 ~0,2.9 0,1.4 ~0,0 1.6,0 ~3.2,0 3.7,1.6
        b 4 0,7 0,0 | 0,2.5 ~0,5 2,5 ~4,5 4,2.5 ~4,0 2,0 ~0,0 0,2.5
        c 3.7 3.7,3.6 ~3.2,5 1.9,5 ~0,5 0,2.5 ~0,0 1.9,0 ~3.2,0 3.7,1.4
        d 4 4,7 4,0 | 4,2.5 ~4,5 2,5 ~0,5 0,2.5 ~0,0 2,0 ~4,0 4,2.5
        e 4 0,2.6 4,2.6 ~4,5 2,5 ~0,5 0,2.5 ~0,0 2.1,0 ~3.4,0 3.8,1.2
        f 2.2 2.4,6.9 2,7 ~0.9,7 0.9,5.8 0.9,0 | 0,4.8 2.2,4.8
        g 4 4,5 4,0 ~4,-2.1 2,-2.1 ~0.6,-2.1 0.2,-1 | 4,2.6 ~4,5 2,5 ~0,5 0,2.6 ~0,0.2 2,0.2 ~4,0.2 4,2.6
        h 3.7 0,7 0,0 | 0,3 ~0,5 1.95,5 ~3.7,5 3.7,3 3.7,0
        i 0.4 0.2,0 0.2,5 | 0.2,6.8
        j 1 0.8,5 0.8,-1 ~0.8,-2.1 -0.3,-2.1 | 0.8,6.8
        k 3.6 0,7 0,0 | 3.4,5 0,1.8 | 1.4,3.1 3.6,0
        l 0.4 0.2,0 0.2,7
        m 6.2 0,5 0,0 | 0,3.3 ~0,5 1.6,5 ~3.1,5 3.1,3.3 3.1,0 | 3.1,3.3 ~3.1,5 4.7,5 ~6.2,5 6.2,3.3 6.2,0
        n 3.7 0,5 0,0 | 0,3 ~0,5 1.95,5 ~3.7,5 3.7,3 3.7,0
        o 4.1 2.05,5 ~4.1,5 4.1,2.5 ~4.1,0 2.05,0 ~0,0 0,2.5 ~0,5 2.05,5
        p 4 0,5 0,-2.1 | 0,2.5 ~0,5 2,5 ~4,5 4,2.5 ~4,0 2,0 ~0,0 0,2.5
        q 4 4,5 4,-2.1 | 4,2.5 ~4,5 2,5 ~0,5 0,2.5 ~0,0 2,0 ~4,0 4,2.5
        r 1.9 0,5 0,0 | 0,2.8 ~0.1,5 2.1,4.9
        s 3.4 3.2,3.8 ~2.8,5 1.7,5 ~0.2,5 0.2,3.8 ~0.2,2.9 1.7,2.6 ~3.4,2.2 3.4,1.3 ~3.4,0 1.7,0 ~0.3,0 0,1.2
        t 2.2 0.9,6.5 0.9,1.3 ~0.9,0 2,0 2.3,0.1 | 0,4.9 2.2,4.9
        u 3.7 0,5 0,2 ~0,0 1.75,0 ~3.7,0 3.7,2 | 3.7,5 3.7,0
        v 3.8 0,5 1.9,0 3.8,5
        w 5.6 0,5 1.4,0 2.8,5 4.2,0 5.6,5
        x 3.6 0,0 3.6,5 | 0,5 3.6,0
        y 3.8 0,5 1.9,0 | 3.8,5 1.7,-0.7 ~1.2,-2.1 0.2,-2.1
        z 3.4 0,5 3.4,5 0,0 3.4,0
        0 4 2,7 ~4,7 4,4.4 4,2.6 ~4,0 2,0 ~0,0 0,2.6 0,4.4 ~0,7 2,7
        1 4 0.7,5.6 2.4,7 2.4,0
        2 4 0.1,5.2 ~0.2,7 2,7 ~3.9,7 3.9,5.2 ~3.9,4 2.4,2.6 0,0 4,0
        3 4 0.2,5.8 ~0.7,7 2,7 ~3.8,7 3.8,5.35 ~3.8,3.7 1.9,3.7 1.4,3.7 | 1.9,3.7 ~4,3.7 4,1.85 ~4,0 1.9,0 ~0.5,0 \
        0,1.3
        4 4 3.1,0 3.1,7 0,2 4.2,2
        5 4 3.7,7 0.7,7 0.4,3.7 ~1,4.5 2.1,4.5 ~4,4.5 4,2.25 ~4,0 2,0 ~0.4,0 0,1.3
        6 4 3.6,6 ~3.2,7 2.2,7 ~0,7 0,3 0,2.2 ~0,0 2,0 ~4,0 4,2.15 ~4,4.3 2.1,4.3 ~0.5,4.3 0.1,2.6
        7 4 0,7 4,7 ~1.6,3.8 1.3,0
        8 4 2,3.8 ~0.3,3.8 0.3,5.4 ~0.3,7 2,7 ~3.7,7 3.7,5.4 ~3.7,3.8 2,3.8 ~0,3.8 0,1.9 ~0,0 2,0 ~4,0 4,1.9 ~4,3.8 \
        2,3.8
        9 4 0.4,1 ~0.8,0 1.8,0 ~4,0 4,4 4,4.8 ~4,7 2,7 ~0,7 0,4.85 ~0,2.7 1.9,2.7 ~3.5,2.7 3.9,4.4
        ! 0.6 0.3,7 0.3,2.2 | 0.3,0.1
        " 1.6 0.1,7 0.1,5 | 1.5,7 1.5,5
        # 4.4 1,0 1.8,7 | 2.8,0 3.6,7 | 0.2,4.7 4.4,4.7 | 0,2.3 4.2,2.3
        $ 4.2 3.9,5 ~3.6,6.2 2.1,6.2 ~0.3,6.2 0.3,4.8 ~0.3,3.7 2.1,3.4 ~4.2,3 4.2,1.9 ~4.2,0.6 2.1,0.6 ~0.4,0.6 0,2 \
        | 2.1,7.2 2.1,-0.4
        % 6.8 5.6,7 1.2,0 | 1.5,7 ~3,7 3,5.3 ~3,3.6 1.5,3.6 ~0,3.6 0,5.3 ~0,7 1.5,7 | 5.3,3.4 ~6.8,3.4 6.8,1.7 \
        ~6.8,0 5.3,0 ~3.8,0 3.8,1.7 ~3.8,3.4 5.3,3.4
        & 5 5,0 1.2,4.7 ~0.7,5.4 0.7,5.8 ~0.7,7 2,7 ~3.3,7 3.3,5.7 ~3.3,4.6 1.7,3.8 ~0,2.9 0,1.7 ~0,0 2,0 ~3.8,0 \
        4.6,3.2
        ' 0.4 0.2,7 0.2,5
        ( 1.6 1.6,7.7 ~0,5.6 0,2.9 ~0,0.2 1.6,-1.9
        ) 1.6 0,7.7 ~1.6,5.6 1.6,2.9 ~1.6,0.2 0,-1.9
        * 2.8 1.4,7 1.4,4 | 0.1,6.25 2.7,4.75 | 0.1,4.75 2.7,6.25
        + 4.2 0,2.9 4.2,2.9 | 2.1,5 2.1,0.8
        , 0.8 0.6,0.2 ~0.6,-0.9 0,-1.4
        - 2 0,2.6 2,2.6
        . 0.6 0.3,0.1
        / 2.8 0,-0.6 2.8,7.4
        : 0.6 0.3,0.1 | 0.3,4.6
        ; 0.8 0.6,0.2 ~0.6,-0.9 0,-1.4 | 0.5,4.6
        < 4 4,5.2 0,2.9 4,0.6
        = 4.2 0,3.9 4.2,3.9 | 0,1.9 4.2,1.9
        > 4 0,5.2 4,2.9 0,0.6
        ? 3.6 0,5.4 ~0.2,7 1.9,7 ~3.6,7 3.6,5.4 ~3.6,4.5 2.6,3.7 ~1.8,3.1 1.8,1.9 | 1.8,0.1
        @ 7.4 5.4,4.6 5,1.8 ~5,0.9 5.7,0.9 ~7.4,1.2 7.4,3.6 ~7.4,7.1 3.8,7.1 ~0,7.1 0,2.8 ~0,-1.6 3.7,-1.6 ~4.9,-1.6 \
        5.8,-1 | 5.2,3.2 ~5.1,4.8 3.7,4.8 ~2,4.8 2,2.6 ~2,0.9 3.3,0.9 ~4.8,0.9 5.1,2.6
        [ 1.5 1.5,7.6 0,7.6 0,-1.8 1.5,-1.8
        \\ 2.8 0,7.4 2.8,-0.6
        ] 1.5 0,7.6 1.5,7.6 1.5,-1.8 0,-1.8
        ^ 3.4 0,3.8 1.7,7 3.4,3.8
        _ 4.2 -0.4,-1.4 4.6,-1.4
        ` 1.2 0,7.2 1.2,6
        { 2 2,7.6 1.8,7.6 ~0.9,7.6 0.9,6.4 0.9,4.2 ~0.9,2.9 0,2.9 ~0.9,2.9 0.9,1.6 0.9,-0.6 ~0.9,-1.8 1.8,-1.8 2,-1.8
        | 0.6 0.3,7.6 0.3,-1.8
        } 2 0,7.6 0.2,7.6 ~1.1,7.6 1.1,6.4 1.1,4.2 ~1.1,2.9 2,2.9 ~1.1,2.9 1.1,1.6 1.1,-0.6 ~1.1,-1.8 0.2,-1.8 0,-1.8
        ~ 4 0,2.4 ~0.2,3.7 1.2,3.5 ~1.8,3.4 2.2,2.9 ~2.6,2.3 3,2.3 ~3.9,2.2 4,3.5
        · 0.6 0.3,2.9
        • 2 0.6,3.3 1.4,3.3 1.4,2.5 0.6,2.5 0.6,3.3 | 0.7,2.9 1.3,2.9
        − 4.2 0,2.9 4.2,2.9
        × 3.6 0.1,1.2 3.5,4.6 | 0.1,4.6 3.5,1.2
        ÷ 4.2 0,2.9 4.2,2.9 | 2.1,4.9 | 2.1,0.9
        ± 4.2 0,3.6 4.2,3.6 | 2.1,5.6 2.1,1.6 | 0,0.2 4.2,0.2
        ° 2.4 1.2,7 ~2.4,7 2.4,5.8 ~2.4,4.6 1.2,4.6 ~0,4.6 0,5.8 ~0,7 1.2,7
        → 6.6 0,2.9 6.6,2.9 | 4.6,4.8 6.6,2.9 4.6,1
        ← 6.6 0,2.9 6.6,2.9 | 2,4.8 0,2.9 2,1
        ≥ 4 0,6.2 4,4 0,1.8 | 0,0.2 4,0.2
        ≤ 4 4,6.2 0,4 4,1.8 | 0,0.2 4,0.2
        ≈ 4 0,3.7 ~0.2,4.9 1.2,4.7 ~1.8,4.6 2.2,4.1 ~2.6,3.6 3,3.6 ~3.9,3.5 4,4.6 | 0,1.2 ~0.2,2.4 1.2,2.2 ~1.8,2.1 \
        2.2,1.6 ~2.6,1.1 3,1.1 ~3.9,1 4,2.1
        – 4.2 0,2.6 4.2,2.6
        — 8.4 0,2.6 8.4,2.6
        … 6.2 0.3,0.1 | 3.1,0.1 | 5.9,0.1
        ‘ 0.8 0.2,5.2 ~0.2,6.4 0.8,7
        ’ 0.8 0.6,6.8 ~0.6,5.6 0,5
        “ 2.4 0.2,5.2 ~0.2,6.4 0.8,7 | 1.8,5.2 ~1.8,6.4 2.4,7
        ” 2.4 0.6,6.8 ~0.6,5.6 0,5 | 2.2,6.8 ~2.2,5.6 1.6,5
        √ 5.2 0,3.2 0.9,3.8 2.3,0 3.6,7.4 5.4,7.4
        ∞ 6.4 3.2,2.9 ~2.2,4.6 1.4,4.6 ~0,4.6 0,2.9 ~0,1.2 1.4,1.2 ~2.2,1.2 3.2,2.9 ~4.2,4.6 5,4.6 ~6.4,4.6 6.4,2.9 \
        ~6.4,1.2 5,1.2 ~4.2,1.2 3.2,2.9
        ∂ 3.9 0.6,6.6 ~1,7 1.6,7 ~3.9,7 3.9,3.4 ~3.9,0 1.8,0 ~0,0 0,1.9 ~0,3.9 1.9,3.9 ~3.5,3.9 3.8,2.4
        ∇ 5 0,7 5,7 2.5,0 0,7
        Δ 5 0,0 5,0 2.5,7 0,0
        Σ 4.2 4.2,7 0,7 2.2,3.6 0,0 4.2,0
        α 4.4 4.3,5 ~3.6,0 1.8,0 ~0,0 0,2.5 ~0,5 1.9,5 ~3.3,5 3.7,1.4 ~3.8,0 4.5,0.1
        β 3.9 0,-2.1 0,5 ~0,7.2 1.9,7.2 ~3.6,7.2 3.6,5.6 ~3.6,4 1.5,3.9 | 1.5,3.9 1.9,3.9 ~3.9,3.9 3.9,1.95 ~3.9,0 \
        2,0 ~0.5,0 0,1.2
        γ 3.8 0,5 0.4,5 ~0.9,5 1.9,0.4 | 3.8,5 1.8,-0.2 ~1.2,-2.1 1.9,-2.1 ~2.5,-2.1 1.9,0.4
        δ 4 3.5,6.7 ~3,7.1 2.2,7.1 ~0.7,7.1 0.7,6 ~0.7,5.2 2.4,4.6 ~4,4 4,2.3 ~4,0 2,0 ~0,0 0,2.2 ~0,4.3 2.2,4.6
        ε 3.4 3.3,4.2 ~2.9,5 1.8,5 ~0.3,5 0.3,3.8 ~0.3,2.7 1.9,2.7 | 1.9,2.7 ~0,2.7 0,1.35 ~0,0 1.7,0 ~3,0 3.4,1
        η 3.7 0,5 0,0 | 0,3 ~0,5 1.95,5 ~3.7,5 3.7,3 3.7,-2.1
        θ 3.8 1.9,7.1 ~3.8,7.1 3.8,3.5 ~3.8,-0.1 1.9,-0.1 ~0,-0.1 0,3.5 ~0,7.1 1.9,7.1 | 0.1,3.6 3.7,3.6
        λ 4 0,7 0.3,7 ~1,7 1.5,5.6 3.3,0.6 ~3.5,0 4,0 | 1.9,4.4 0,0
        π 4.6 0,4.9 4.6,4.9 | 1.2,4.9 1,0 | 3.4,4.9 3.4,0.8 ~3.4,0 4.4,0.1
        μ 3.7 0,5 0,-2.1 | 0,2 ~0,0 1.75,0 ~3.7,0 3.7,2 | 3.7,5 3.7,0
        σ 4.4 4.4,4.9 2,4.9 ~0,4.9 0,2.4 ~0,0 2,0 ~4,0 4,2.4 ~4,4.2 2.9,4.9
        τ 3.4 0,4.9 3.4,4.9 | 1.7,4.9 1.7,0.9 ~1.7,0 2.8,0.1
        φ 4.6 1.6,5 ~0,4.6 0,2.4 ~0,0 2.3,0 ~4.6,0 4.6,2.5 ~4.6,5 3.5,5 ~2.3,5 2.3,3.4 2.3,-2.1
        """
}
