// Vectors in registers, and the panels that are filled through them.

import Testing

@testable import SIMDTensor

@Suite("Vectors in registers")
struct VectorStackTests {
    /// Vectors that hold 0, 1, 2, … one after the other, from `first` on.
    private func numbered<Vector: TensorVector>(_: Vector.Type, vector: Int, from first: Int = 0) -> Vector {
        .laneNumbers + Vector.Scalar(first + vector * Vector.scalarCount)
    }

    @Test("interleaved vectors are the lanes of one and the other in turn")
    func interleaved() {
        func check<Vector: TensorVector>(_: Vector.Type) {
            let lanes = Vector.scalarCount
            let (low, high) = Vector.interleaved(numbered(Vector.self, vector: 0), numbered(Vector.self, vector: 1))
            for i in 0..<lanes {
                #expect(low[i] == Vector.Scalar(i / 2 + i % 2 * lanes))
                #expect(high[i] == Vector.Scalar((i + lanes) / 2 + i % 2 * lanes))
            }
        }
        check(Float.Vector.self)
        check(Double.Vector.self)
    }

    @Test("sixteen vectors transposed: element i of the matrix's row r stands at i·16 + r")
    func transposed() {
        func check<Vector: TensorVector>(_: Vector.Type) {
            let lanes = Vector.scalarCount
            let rows = SixteenVectors<Vector>(from: 0) { numbered(Vector.self, vector: $0) }
            #expect(SixteenVectors<Vector>.count == 16)
            var places = [Int]()
            rows.transposed.forEach(0) { place, vector in
                places.append(place)
                for lane in 0..<lanes {
                    let element = place * lanes + lane
                    #expect(vector[lane] == Vector.Scalar(element % 16 * lanes + element / 16), "element \(element)")
                }
            }
            #expect(places == Array(0..<16))
        }
        check(Float.Vector.self)
        check(Double.Vector.self)
    }

    @Test("a stack is made, read and added to vector by vector, counted from any number on")
    func stacks() {
        func check<Stack: VectorStack>(_: Stack.Type) {
            typealias Vector = Stack.Vector
            var stack = Stack(from: 5) { numbered(Vector.self, vector: $0) }
            stack.add(Stack(from: 0) { Vector(repeating: Vector.Scalar($0)) })
            var seen = [Int]()
            stack.forEach(100) { place, vector in
                seen.append(place)
                let index = place - 100
                #expect(vector == numbered(Vector.self, vector: 5 + index) + Vector.Scalar(index))
            }
            #expect(seen == Array(100..<100 + Stack.count))
        }
        check(OneVector<Float.Vector>.self)
        check(Halves<OneVector<Double.Vector>>.self)
        check(Halves<Halves<Halves<OneVector<Float.Vector>>>>.self)
        check(SixteenVectors<Double.Vector>.self)
    }
}

@Suite("Panels")
struct MatrixPanelsTests {
    private static let heights = [2, 6, 12, 16, 32]
    private static let untouched = -1234

    /// Fills one panel after the other, of lines side by side or one behind the other, and looks at all memory.
    private func check<Scalar: TensorScalar>(_: Scalar.Type, height: Int, lines: Int, steps: Int) {
        // Of a larger matrix, not from its first line nor its first step on, with not-a-number around it.
        let (lineCount, stepCount, firstLine, firstStep) = (lines + 4, steps + 5, 3, 2)
        func element(line: Int, step: Int) -> Scalar { Scalar(1 + line * stepCount + step) }
        let oneBehindTheOther = Plain<Scalar>([lineCount, stepCount]) { element(line: $0[0], step: $0[1]) }.poisoned
        let sideBySide = Plain<Scalar>([stepCount, lineCount]) { element(line: $0[1], step: $0[0]) }.poisoned
        let sources = [
            ("one behind the other", MatrixLines(base: oneBehindTheOther.base, stride: stepCount, step: 1)),
            ("side by side", MatrixLines(base: sideBySide.base, stride: 1, step: lineCount)),
        ]
        for (kind, source) in sources {
            // Room for more steps than are filled, as in the last block of a product.
            let panels = PackedPanels<Scalar>(height: height, lines: lines, depth: steps + 1)
            let count = panels.panels(for: lines)
            #expect(count * height >= lines && (count - 1) * height < lines)
            let size = panels.panel(1) - panels.panel(0)
            // The storage's slack behind the last panel is nobody's.
            let memory = count * size + Storage<Scalar>.slack / MemoryLayout<Scalar>.stride
            for number in 0..<count {
                let all = panels.panel(0)
                for place in 0..<memory { all[place] = Scalar(Self.untouched) }
                panels.fill(number, from: source, firstLine..<firstLine + lines, firstStep..<firstStep + steps)
                var wrong = 0
                for step in 0..<steps {
                    for i in 0..<min(height, lines - number * height) {
                        let expected = element(line: firstLine + number * height + i, step: firstStep + step)
                        if panels.panel(number)[step * height + i] != expected { wrong += 1 }
                    }
                }
                let name = "\(kind): panel \(number) of height \(height), \(lines) lines, \(steps) steps"
                #expect(wrong == 0, "\(name)")
                let own = number * size..<(number + 1) * size
                let disturbed = (0..<memory).filter { !own.contains($0) && all[$0] != Scalar(Self.untouched) }
                #expect(disturbed.isEmpty, "outside of \(name)")
            }
        }
        extendLifetime(oneBehindTheOther)
        extendLifetime(sideBySide)
    }

    @Test("are filled step by step, whatever way the lines lie, and nothing else is written", arguments: heights)
    func fill(height: Int) {
        for lines in [1, 2, height - 1, height, height + 1, 2 * height + 1, 3 * height + height / 2, 4 * height] {
            for steps in [0, 1, 2, 7, 8, 9, 15, 16, 17, 33] {
                check(Float.self, height: height, lines: lines, steps: steps)
                check(Double.self, height: height, lines: lines, steps: steps)
            }
        }
    }
}
