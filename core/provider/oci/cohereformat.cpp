// SPDX-License-Identifier: MIT
#include "core/provider/oci/cohereformat.h"

#include "core/provider/oci/schema.h"

namespace meridian::provider::oci {

void writeCohereFormat(json::JsonWriter &out, const ResponseFormat &format, Fidelity &fidelity)
{
    if (format.kind == ResponseFormat::Kind::Unset) {
        return;
    }
    out.key("responseFormat").beginObject();
    if (format.kind == ResponseFormat::Kind::Text) {
        out.string("type", "TEXT");
    } else {
        out.string("type", "JSON_OBJECT");
    }
    if (format.kind == ResponseFormat::Kind::JsonSchema && !format.schema.empty()) {
        const PlainSchema schema = plainSchema(format.schema, {false, true});
        if (!schema.isExact()) {
            fidelity.approximated("response_format.json_schema.schema",
                                  "a reference in it could not be inlined");
        }
        out.raw("schema", schema.json);
    }
    out.endObject();
    if (!format.description.empty()) {
        fidelity.dropped("response_format.json_schema.description",
                         "the provider has no such field");
    }
}

} // namespace meridian::provider::oci
