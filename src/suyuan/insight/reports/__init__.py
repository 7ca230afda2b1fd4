"""Reports: each is declared once, as a name, parameters, columns and a function from what is asked to rows.

`declared` has the words of a declaration, `asking` reads what somebody asks for, `running` answers it in his scope,
`catalogue` lists all there are. Pages, sheets, papers and mails are made elsewhere, from the same rows
(docs/decisions/0017).
"""
