// Lets the tables of findings page and sort, with the copy of DataTables that itables carries.

import DataTable, { set_or_remove_dark_class } from "./dt_bundle.js";

for (const name of ["dt_bundle.css", "paging.css"]) {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL(name, import.meta.url);
    document.head.append(sheet);
}
set_or_remove_dark_class();

// A cell without a number (not held, hidden) is the last, up or down.
const by = (sign) => (one, other) =>
    isNaN(one) || isNaN(other) ? isNaN(one) - isNaN(other) : sign * (one - other);
DataTable.type("figure", {
    order: { pre: (cell) => parseFloat(cell), asc: by(1), desc: by(-1) },
});

export function paged() {
    for (const table of document.querySelectorAll("table[data-page-length]:not(.dataTable)")) {
        const paging = table.tBodies[0].rows.length > table.dataset.pageLength;
        new DataTable(table, {
            paging,
            searching: paging,
            info: paging,
            order: [],
            autoWidth: false,
            columnDefs: [{ targets: "num", type: "figure" }],
            layout: { topStart: null, bottomStart: ["info", "pageLength"] },
            lengthMenu: [Number(table.dataset.pageLength), 50, { label: "all", value: -1 }],
            language: {
                info: "Rows _START_ to _END_ of _TOTAL_",
                infoEmpty: "No row",
                infoFiltered: "found among _MAX_",
                lengthMenu: "_MENU_ a page",
                zeroRecords: "No row holds that.",
            },
        });
    }
}
