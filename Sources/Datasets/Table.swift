// A table of real measurements: named columns, most of them numbers, some of them text. All tables of this module are
// read by it, and so is any CSV file of the reader's own.

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
    ///   ``DatasetError/notANumber(file:line:column:text:)`` for a field that is not a finite number.
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
                guard let number = Double(withoutBlanks(text)), number.isFinite else {
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
            preconditionFailure("Table: a table of the program itself is damaged. \(error)")
        }
    }

    /// The numbers of the column `name`, one for each row. Traps if there is no such column.
    public func column(_ name: String) -> [Double] {
        let index = position(of: name)
        return rows.map { $0[index] }
    }

    /// The columns `names`, in that order, as `[rows, names]`. Traps if there is no such column.
    public func tensor<Scalar: TensorScalar>(_ names: [String], as: Scalar.Type = Float.self) -> Tensor<Scalar> {
        let positions = names.map(position)
        return Tensor(
            rows.flatMap { row in positions.map { Scalar(row[$0]) } }, shape: [rows.count, names.count])
    }

    private func position(of name: String) -> Int {
        guard let index = columnNames.firstIndex(of: name) else {
            preconditionFailure("Table: there is no column of numbers named “\(name)”; there are \(columnNames)")
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
