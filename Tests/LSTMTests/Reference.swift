// The reference values that PyTorch and Keras computed (Reference/lstm.json, made by lstm.py beside it).

import TestTools

extension Reference {
    static let file = ReferenceFile("lstm", in: .module)

    /// The case with the given name: `Reference["lstm-stacked"].output.tensor`.
    static subscript(_ name: String) -> Reference { file[name] }
}
