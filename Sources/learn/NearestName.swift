// Which name was meant by one that does not exist.

/// The known name that takes the fewest changes to make from `name`, capitals aside; nil if all are too different to be
/// what was meant: more than a third of the name's letters, and more than two, would change.
func nearestName(to name: String, in known: [String]) -> String? {
    // Longer than this nobody mistypes.
    guard name.count <= 40 else { return nil }
    let distances = known.map { editDistance(name.lowercased(), $0) }
    guard let least = distances.min(), least <= max(2, name.count / 3), least < name.count else { return nil }
    return distances.firstIndex(of: least).map { known[$0] }
}

/// The number of letters to insert, remove or replace to make one word from another (Levenshtein 1966; computed row by
/// row as by Wagner & Fischer 1974).
func editDistance(_ first: String, _ second: String) -> Int {
    var previous = Array(0...second.count)
    for (row, letter) in first.enumerated() {
        var current = [row + 1]
        for (column, other) in second.enumerated() {
            current.append(
                min(previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
        }
        previous = current
    }
    return previous[second.count]
}
