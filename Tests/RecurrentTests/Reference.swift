// The reference values that PyTorch and Keras computed (Reference/recurrent.json, made by recurrent.py beside it).

import TestTools

extension Reference {
    static let file = ReferenceFile("recurrent", in: .module)

    /// The case with the given name: `Reference["rnn-tanh"].output.tensor`.
    static subscript(_ name: String) -> Reference { file[name] }

    /// The names of the cases of a kind, and of a cell if one is given.
    static func names(_ kind: String, _ cell: String? = nil) -> [String] {
        file.names.filter { name in self[name].kind.text == kind && cell.map { self[name].cell.text == $0 } ?? true }
    }
}
