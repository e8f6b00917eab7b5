// Gzip files made by Python's zlib and gzip modules, as base64, with what they unpack to.

import Foundation

enum GzipVectors {
    static let sentence = Array(
        "She sells sea shells by the sea shore; the shells she sells are sea shells for sure. ".utf8)

    /// Letters whose frequencies fall by half from one to the next, so that their code words are up to 12 bits long.
    static let skewedLetters: [UInt8] = {
        var state = 1
        return (0..<3000).map { _ in
            state = (state * 1_103_515_245 + 12345) & 0x7FFF_FFFF
            return UInt8(65 + (state >> 8 | 1 << 20).trailingZeroBitCount)
        }
    }()

    static func bytes(_ base64: String) -> [UInt8] {
        [UInt8](Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
    }

    static let stored = bytes(
        """
        H4sIAAAAAAAA/wFVAKr/U2hlIHNlbGxzIHNlYSBzaGVsbHMgYnkgdGhlIHNlYSBzaG9yZTsgdGhlIHNoZWxscyBzaGUgc2VsbHMg
        YXJlIHNlYSBzaGVsbHMgZm9yIHN1cmUuIMrWHIhVAAAA
        """)
    static let fixed = bytes(
        """
        H4sIAAAAAAAA/wvOSFUoTs3JKQaSiQrFGWBmUqVCCVgcJJJflGoN4UIki+E6EotSkXWl5RcpFJcWpeopAADK1hyIVQAAAA==
        """)
    static let dynamic = bytes(
        """
        H4sIAAAAAAAA/wvOSFUoTs3JKQaSiQrFGWBmUqVCCVgcJJJflGoN4UIki+E6EotSkXWl5RcpFJcWpeopBI8aOmroqKGjho4aOmro
        qKGjho4aOmroqKGjhg5fQwHgtB5qSA0AAA==
        """)
    static let huffmanOnly = bytes(
        """
        H4sIAAAAAAAA/wXBgYEkQREEMdsUWT17PPhvD1JvrKb1IDcsta6tN8QpeqcqxcxCeTwYjssVTsNuw3lNttjVBu69yuQ0JynjOO7M
        Qmv0tB4zq2cIz7uqvUjVT0cxZDQoGFz3jBoDwJY7UTjwY3OOOmZnlZZi+NsZFayECQX02wLOSSSfI/2UxYkrWByUPMhvz+sMQCcQ
        L75UnkYr2nJd8Ck0t36tVhjZWNn2nY2kw5sIQjT9HXKhCulyatRWoNpOJktmNhFR0uFaLGuR9G8J/0Hq264eP//dXS52hIkF70HQ
        K3GLAFBTjg2BKInvIqXtrHkjVOK7B33zQ4Y94KoByXOc/0jMctPIaAeNYGeCqXQJwGVgNPqPbbJYe7w6vQbZP7zUa921/yKmaFOV
        4pwLZQwOY1lhOvz2HWadvIu3uj+wrXIynUnKMcbmudDraHqNc67mEGareotUTaM45I8eFHywNo86DgDvsonCwLgzo8Zzc5UuxWFv
        flRwJTyhgHYXMJNIZqQpFxMreDEoGWTfrDkATSAWS2V69Cu6y1owhZ5d6+pXOPL3xyv3vs0dScNOBCE6bchCFdIyddRdgervNzm5
        5JzviYiShnVxuS6SdglDanerMXtbFjfCExdsELQSuwgAdcr4PgSiJLZI6X/ffJ09QiW2QXuGHH4DVh2QzJhJPJd9OnL0v0GP4OYE
        p9ISgOUD/+ho7p1cXDdW0zrIG5ZaX1s3xJ+ie6pSzCyU42D4Ly+/wtOwfxs+12SL/WoDv7vK5GmepIzHj98zC63RaR0zqzOEc69q
        F6k6/SiGjAYFg9ffGTUGgC3vE4U/cGw+H/XH7GeVlmK4/TMqWAkTCui2gD9PIjmPdMriia9g8aDkILdz/RmAnkBcXCqn0Yq2vF5w
        Cs1b12qFkY2VbffZSPpwE0GIpnvIC1VIL0+N2gpU25PJkplNRJT08GuxrEXSLeGQuu1Xx7m9lxf7CBML7iDoSrxFAKgp/9gQiJK4
        FyltnzU3QiXuHXRzyLAD/lUDkvN4TmKWbxoZ7fN/G+DmK7gLAAA=
        """)
    static let runs = bytes(
        """
        H4sIAAAAAAAA/0tMHAWjYBQMdwAAA9o4mugDAAA=
        """)
    static let everyHeaderField = bytes(
        """
        H4sIHgAAAAAA/wcAQUIDAHh5em5hbWUudHh0AGEgY29tbWVudABHCQvOSFUoTs3JKQaSiQrFGWBmUqVCCVgcJJJflGoN4UIki+E6
        EotSkXWl5RcpFJcWpeopAADK1hyIVQAAAA==
        """)
    static let twoMembers = bytes(
        """
        H4sIAAAAAAAA/wvOSFUoTs3JKQaSiQrFGWBmUqVCCVgcJJJflGoN4UIki+E6EotSkXWl5RcpFJcWpeopAADK1hyIVQAAAB+LCAAA
        AAAAAP8rSczMAQBdtDd8BAAAAA==
        """)
    static let empty = bytes(
        """
        H4sIAAAAAAAA/wMAAAAAAAAAAAA=
        """)
    static let zeros = bytes(
        """
        H4sIAAAAAAAA/+3BMQEAAADCoPVPbQZ/oAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACA1wB7WOBc
        QA0DAA==
        """)
    static let far = bytes(
        """
        H4sIAAAAAAAA/+3BBw2AMAAAMKzxP2Pj418IOkja5kVZ1U3b9cM4zUtYY9r247zu580AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        AAAAAAAA4Ofyoqzqpu36YZzmJawxbftxXvfzfmoSYnjwfwAA
        """)
    static let idxBomb = bytes(
        """
        H4sIAAAAAAAA/+3BsQ0AMAjAsDBU4v+LeaOD7dqpXgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMC3DmKpQyiohgEA
        """)
    static let idxLie = bytes(
        """
        H4sIAAAAAAAA/2Ng4GCu////PwMDgwwUYwAAKLCyMSQAAAA=
        """)
    static let idxShort = bytes(
        """
        H4sIAAAAAAAA/2Ng4GBkYGAwYsACABL8OkgcAAAA
        """)
    static let idxGood = bytes(
        """
        H4sIAAAAAAAA/2Ng4GBiYGAAYWYGRqa///4DAMlgQlgSAAAA
        """)

    /// Every symbol of a length and of a distance, with various further bits; 32813 bytes.
    static let allPointers = bytes(
        """
        H4sIAAAAAAAA/6uYbXLqq7+eEtfZKXKFO3ojzNpyeVu7k0PmTdmns+ZYfXTdp37dmcxT5wMBCIABGEIgFEIRDMERHCMwMkYmUAh0
        Ep3CpLHT2Ji4mfjZ+LgEOMTziRMkTYR8cXKlKJSnvjwVVNBWCf3V01PrAGgd/PoHpaFDyejhb/4wsXKEWT5q/6iLgA4GuR/kVbB3
        If6HBDo0dGHhD4tKeIQj4h+RspGSDmr6R8kfaNkKM/9jlBTYyz/c5T/OSgJPXUm4/ifcNCO+dUZ6+3+0LTHa2B5tQJDQESSzw0d5
        /3+0LpQabe+MdvpHu1SjnevRNvJoGeY42qyifDieyuPHtB//H62gmker4dFaarQXPzqGYjk6ODjazKXJXAE9J2MHfv5/tIU+Ono3
        Onmye3RuPGV0CDt0dEhrdKh1tC0w2sQZnTYZnbUd7WyMDryPjoYP+ErkwbQacOiv/x+dIRod1xqdmx3tOI+O+Y5OKYz2ZEZXnYz2
        6kcHNkdX5o2O8I5OnY8uaR6imyKH+V7pkb//f3Sx+uh649FZkdHVn6Nr40b3h1SNjg+NThnWjs6kLRodVJw8Okc9Oqg7Oi89ulZk
        dAp5dAnq6JDD6ICT9eiY3ehmr9EtrKMz86NLp0fHBUeXto4Oh44OlI6u1Rrd/qcyutJoZJ68M3omCfD8/9FdCaPT9KMr/0a3G48e
        iDU6jzm6/3t0Qf3oPujRM9dGp5xHt4CGjE4Hjh7lmjG6oG90OnR08dboZNroRt3RFW7SoysMR08xGz28f3Tz8+iU0+ge3dElsKOT
        YaOr2YA3N4DuDgPf/w8AtT82Uy2AAAA=
        """)
}
