// What the tests of the drawn data sets have in common.

import Datasets
import SIMDTensor
import Testing

/// The correlation of two lists of numbers: −1…1, the same for pictures of another brightness or contrast.
func correlation(_ a: [Float], _ b: [Float]) -> Double {
    func centred(_ x: [Float]) -> [Double] {
        let mean = x.reduce(0) { $0 + Double($1) } / Double(x.count)
        return x.map { Double($0) - mean }
    }
    func product(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    let (x, y) = (centred(a), centred(b))
    return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
}

/// How often examples of the second half lie nearest to the mean of their own class in the first half.
func nearestMeanAccuracy(_ features: [[Float]], _ labels: [Int], classes: Int) -> Double {
    let half = labels.count / 2
    let means = (0..<classes).map { label in
        let members = (0..<half).filter { labels[$0] == label }
        var sum = [Float](repeating: 0, count: features[0].count)
        for member in members { for place in sum.indices { sum[place] += features[member][place] } }
        return sum.map { $0 / Float(members.count) }
    }
    let correct = (half..<labels.count).count { example in
        let distances = means.map { mean in
            zip(mean, features[example]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        return (0..<classes).min { distances[$0] < distances[$1] } == labels[example]
    }
    return Double(correct) / Double(labels.count - half)
}

/// The standard deviation of numbers around 0.
func deviation(_ numbers: [Float]) -> Double {
    (numbers.reduce(0) { $0 + Double($1 * $1) } / Double(numbers.count)).squareRoot()
}
