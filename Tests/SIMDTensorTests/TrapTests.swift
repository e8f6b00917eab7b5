import TestTools
import Testing

@testable import SIMDTensor

/// A programmer's mistake ends the program with a sentence that says what was done to what.
@Suite("Mistakes end the program with a sentence")
struct TrapTests {
    /// True if the program's last words contain all of `parts`.
    @Test func sumOfShapesThatDoNotFit() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [2, 3]) + Tensor<Float>(zeros: [4, 3])
        }
        expect(result, says: "+: ", "[2, 3]", "[4, 3]")
    }

    @Test func additionInPlace() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var a = Tensor<Float>(zeros: [3])
            a += Tensor(zeros: [2, 3])
        }
        expect(result, says: "[2, 3]", "[3]")
    }

    @Test func productOfMatricesThatDoNotFit() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [2, 3]) • Tensor<Float>(zeros: [4, 5])
        }
        expect(result, says: "•: ", "[2, 3]", "[4, 5]", "3 columns", "4 rows")
    }

    @Test func productOfTransposedMatricesThatDoNotFit() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [2, 3]).transposed • Tensor<Float>(zeros: [3, 5])
        }
        expect(result, says: "•: ", "[2, 3] transposed", "[3, 5]")
    }

    @Test func productOfAVector() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [2, 3]) • Tensor<Float>(zeros: [3])
        }
        expect(result, says: "•: ", "[2, 3]", "[3]")
    }

    @Test func affineWithAWrongBias() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>.affine(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 5]), Tensor(zeros: [3]))
        }
        expect(result, says: "affine: ", "[3, 5]", "[3]")
    }

    @Test func affineWithAMatrixOfOtherRows() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>.affine(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 5]), Tensor(zeros: [3, 5]))
        }
        expect(result, says: "affine: ", "[2, 3]", "[3, 5]", "as many for every row of the input")
    }

    @Test func affineWithASingleRowAsAMatrix() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>.affine(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 5]), Tensor(zeros: [1, 5]))
        }
        expect(result, says: "affine: ", "its shape is [1, 5]")
    }

    @Test func summedWithTooFewIndices() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [3, 2]).summed(rows: [0, 1], count: 4)
        }
        expect(result, says: "summed: 2 indices are given for a tensor of shape [3, 2]; one for each slice is needed")
    }

    @Test func summedOfASingleNumber() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(3).summed(rows: [], count: 4)
        }
        expect(result, says: "summed: 0 indices are given for a tensor of shape []")
    }

    @Test func summedToARowThatIsNotThere() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [3, 2]).summed(rows: [0, 4, 1], count: 4)
        }
        expect(result, says: "summed: row 4 does not exist among 4 rows")
    }

    @Test func summedToANegativeRow() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Double>(zeros: [1]).summed(rows: [-1], count: 4)
        }
        expect(result, says: "summed: row -1 does not exist among 4 rows")
    }

    @Test func sliceReplacedByAnotherShape() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var x = Tensor<Float>(zeros: [3, 2])
            x[0] = Tensor(zeros: [3])
        }
        expect(result, says: "a slice of a tensor of shape [3, 2] cannot be replaced by one of shape [3]")
    }

    @Test func sliceReplacedThatIsNotThere() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var x = Tensor<Float>(zeros: [3, 2])
            x[3] = Tensor(zeros: [2])
        }
        expect(result, says: "slice 3 does not exist in a tensor of shape [3, 2]")
    }

    @Test func sliceOfNothing() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [0, 2])[0]
        }
        expect(result, says: "slice 0 does not exist in a tensor of shape [0, 2]")
    }

    @Test func mapOfDifferentShapes() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = map(Tensor<Float>(zeros: [6]), Tensor<Float>(zeros: [2, 3])) { $0 + $1 }
        }
        expect(result, says: "map: ", "[6]", "[2, 3]")
    }

    @Test func reshapedToAnotherCount() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [6]).reshaped([4, -1])
        }
        expect(result, says: "reshaped: ", "6 elements", "[6]", "[4, -1]")
    }

    @Test func summedToAShapeOfHigherRank() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [3]).summed(to: [3, 1])
        }
        expect(result, says: "summed: ", "[3]", "[3, 1]")
    }

    @Test func concatenationOfDifferentShapes() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>.concatenate([Tensor(zeros: [2, 3]), Tensor(zeros: [2, 4])])
        }
        expect(result, says: "concatenate along 0: ", "[2, 3]", "[2, 4]")
    }

    @Test func anAxisThatDoesNotExist() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [2, 3]).sum(along: 2)
        }
        expect(result, says: "sum: axis 2", "[2, 3]")
    }

    @Test func theLargestOfNothing() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [2, 0]).maximum(along: 1)
        }
        expect(result, says: "maximum: axis 1", "[2, 0]", "empty")
    }

    @Test func softmaxOfASingleNumber() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = softmax(Tensor<Float>(1))
        }
        expect(result, says: "softmax: a single number has no rows")
        let logarithm = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = logSoftmax(Tensor<Double>(1))
        }
        expect(logarithm, says: "logSoftmax: a single number has no rows")
    }

    @Test func anIndexOutside() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [2, 3])[1, 3]
        }
        expect(result, says: "[1, 3]", "[2, 3]")
    }

    @Test func aRowOfAnotherShape() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var x = Tensor<Float>(zeros: [2, 3])
            x[0] = Tensor(zeros: [1, 3])
        }
        expect(result, says: "[2, 3]", "[1, 3]")
    }

    @Test func aShapeThatDoesNotHoldTheNumbers() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>([1, 2, 3], shape: [2, 2])
        }
        expect(result, says: "[2, 2]", "4 elements", "3 numbers")
    }

    /// 2⁶² floats have 2⁶⁴ bytes, which as a machine's integer is none at all.
    @Test func moreBytesThanThereAreAddresses() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [1 << 31, 1 << 31])
        }
        expect(result, says: "[2147483648, 2147483648]", "more elements")
    }

    @Test func weightsThatAreAllZero() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.categorical([0, 0])
        }
        expect(result, says: "categorical: ", "[0.0, 0.0]")
        let ofTensor = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.categorical(Tensor<Float>([1, 2]))
        }
        expect(ofTensor, says: "categorical: weights have the shape [rows, classes], but these have [2]")
    }

    @Test func aSumOfNoProducts() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>.sumOfProducts(plus: Tensor([[1]]))
        }
        expect(result, says: "sumOfProducts: at least one product is needed")
    }

    @Test func aProbabilityAboveOne() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.bernoulli(1.5)
        }
        expect(result, says: "bernoulli: a probability lies in 0…1, but this one is 1.5")
    }

    @Test func aProbabilityThatIsNoNumber() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.bernoulli([2], probability: .nan) as Tensor<Float>
        }
        expect(result, says: "bernoulli: a probability lies in 0…1, but this one is nan")
    }

    @Test func uniformNumbersToInfinity() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.uniform([2], in: 0..<Float.infinity)
        }
        expect(result, says: "uniform: the range of the numbers must be finite and not empty, but it is 0.0..<inf")
    }

    @Test func uniformNumbersOfNoRange() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.uniform([2], in: 1..<Double(1))
        }
        expect(result, says: "uniform: the range", "1.0..<1.0")
    }

    @Test func normalNumbersOfANegativeDeviation() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.normal([2], standardDeviation: Float(-1))
        }
        expect(result, says: "normal: mean and standard deviation must be finite", "0.0 and -1.0")
    }

    @Test func normalNumbersAboutNoNumber() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.normal([2], mean: Double.nan)
        }
        expect(result, says: "normal: mean and standard deviation must be finite", "nan and 1.0")
    }

    @Test func aWeightThatIsNoNumber() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = random.categorical([1, .nan])
        }
        expect(result, says: "categorical: weights must be finite", "[1.0, nan]")
    }

    @Test func evenlySpacedToInfinity() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(from: 0, through: .infinity, count: 3)
        }
        expect(result, says: "Tensor(from:through:count:): the ends must be finite, but they are 0.0 and inf")
    }

    @Test func reshapedToMoreThanCanBeCounted() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor<Float>(zeros: [6]).reshaped([-1, .max, 2])
        }
        expect(result, says: "more elements than can be counted")
    }

    @Test func aSparseMatrixOfInfinity() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = SparseMatrix(columns: 2, rows: [[.init(column: 1, value: .infinity)]])
        }
        expect(result, says: "SparseMatrix: elements must be finite, but in column 1 one is inf")
    }
}
