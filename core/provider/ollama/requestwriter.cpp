// SPDX-License-Identifier: MIT
#include "core/provider/ollama/requestwriter.h"

#include "core/provider/common.h"
#include "core/provider/ollama/messagewriter.h"
#include "core/provider/ollama/optionswriter.h"
#include "core/provider/ollama/toolswriter.h"

namespace meridian::provider::ollama {

namespace {

void writeMessages(json::JsonWriter &out,
                   const ChatRequest &request,
                   const std::string &instruction,
                   Fidelity &fidelity)
{
    MessageWriter messages(request, out, fidelity);
    bool isSaid = instruction.empty();
    out.key("messages").beginArray();
    const auto say = [&] {
        out.beginObject().string("role", "system").string("content", instruction).endObject();
        isSaid = true;
    };
    for (std::size_t i = 0; i < request.turns.size(); ++i) {
        const Role role = request.turns[i].role;
        if (!isSaid && role != Role::System && role != Role::Developer) {
            say(); // in front, where a conversation that grows keeps it
        }
        messages.write(i);
    }
    if (!isSaid) {
        say();
    }
    out.endArray();
}

} // namespace

std::string
writeRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    json::JsonWriter out;
    out.beginObject().string("model", context.model);
    writeMessages(out, request, toolInstruction(request, fidelity), fidelity);
    writeTools(out, request, fidelity);
    if (request.format.kind == ResponseFormat::Kind::JsonObject ||
        (request.format.kind == ResponseFormat::Kind::JsonSchema &&
         request.format.schema.empty())) {
        out.string("format", "json");
    } else if (request.format.kind == ResponseFormat::Kind::JsonSchema) {
        out.raw("format", request.format.schema);
    }
    writeOptions(out, request, context.options);
    out.boolean("stream", request.isStream);
    writeThink(out, request, context.model, fidelity);
    writeRest(out, request, context.options, fidelity);
    reportDropped(request, fidelity);
    out.endObject();
    return out.take();
}

} // namespace meridian::provider::ollama
