// A table of real measurements: named columns, most of them numbers, some of them text. All tables of this module are
// read by it, and so is any CSV file of the reader's own.

import FileFormats
import SIMDTensor

/// A table with named columns of numbers and, where the data have them, of text.
public struct Table: Sendable, Equatable {
    /// The names of the columns of numbers, in the order of the file.
    public let columnNames: [String]
    /// The numbers: one array for each row, in the order of `columnNames`.
    public let rows: [[Double]]
    /// The columns of text by name; each has one entry for each row.
    public let texts: [String: [String]]

    /// The numbers and texts of a CSV file; `textColumns` names the columns that are not numbers.
    ///
    /// - Throws: ``DatasetError/missingColumn(file:name:columns:)`` if a text column does not exist,
    ///   ``DatasetError/notANumber(file:line:column:text:)`` for a field that is not a decimal number (such as
    ///   `0x1A`, “nan” and “1,5”) or too large for a `Double`; blanks around a number do not matter.
    public init(_ csv: CSV, textColumns: [String] = []) throws(DatasetError) {
        for name in textColumns where !csv.header.contains(name) {
            throw .missingColumn(file: csv.file, name: name, columns: csv.header)
        }
        let numeric = csv.header.indices.filter { !textColumns.contains(csv.header[$0]) }
        var rows: [[Double]] = []
        rows.reserveCapacity(csv.records.count)
        for record in csv.records {
            var row: [Double] = []
            row.reserveCapacity(numeric.count)
            for column in numeric {
                let text = record.fields[column]
                guard let number = Double(decimal: withoutBlanks(text)) else {
                    throw .notANumber(file: csv.file, line: record.line, column: csv.header[column], text: text)
                }
                row.append(number)
            }
            rows.append(row)
        }
        columnNames = numeric.map { csv.header[$0] }
        self.rows = rows
        var texts: [String: [String]] = [:]
        for column in csv.header.indices where textColumns.contains(csv.header[column]) {
            texts[csv.header[column]] = csv.records.map { $0.fields[column] }
        }
        self.texts = texts
    }

    /// A table that is part of this module.
    init(embedded csv: String, textColumns: [String] = []) {
        do {
            self = try Table(CSV(Array(csv.utf8), file: "embedded table"), textColumns: textColumns)
        } catch {
            fatalError("Table: a table of the program itself is damaged. \(error)")
        }
    }

    /// The numbers of the column `name`, one for each row. Traps if there is no such column.
    public func column(_ name: String) -> [Double] {
        let index = position(of: name)
        return rows.map { $0[index] }
    }

    /// The columns `names`, in that order, as `[rows, names]`. Traps if there is no such column, or if a number is too large
    /// for the scalar: above 3.4·10³⁸ for `Float`.
    public func tensor<Scalar: TensorScalar>(_ names: [String], as: Scalar.Type = Float.self) -> Tensor<Scalar> {
        let positions = names.map(position)
        return filledTensor([rows.count, names.count]) { place in
            let (row, column) = place.quotientAndRemainder(dividingBy: names.count)
            let number = rows[row][positions[column]]
            let scalar = Scalar(number)
            require(
                scalar.isFinite,
                "Table.tensor: row \(row) of “\(names[column])” is \(number), too large for \(Scalar.self); take Double")
            return scalar
        }
    }

    private func position(of name: String) -> Int {
        guard let index = columnNames.firstIndex(of: name) else {
            fatalError("Table: there is no column of numbers named “\(name)”; there are \(columnNames)")
        }
        return index
    }
}

/// The text without blanks and tabs around it: some programs line up their numbers with them.
private func withoutBlanks(_ text: String) -> Substring {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
        let last = text.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return text[first...last]
}
