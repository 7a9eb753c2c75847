// SPDX-License-Identifier: MIT
#include "core/provider/oci/chatrequests.h"
#include "core/provider/oci/cohereformat.h"
#include "core/provider/oci/coherehistory.h"
#include "core/provider/oci/coheretools.h"
#include "core/provider/oci/requestparts.h"

namespace meridian::provider::oci {

namespace {

/// May the model use its tools? Cohere's first format has no choice: none is said by leaving them
/// out, the others not at all.
bool sendsTools(const ToolChoice &choice, Fidelity &fidelity)
{
    switch (choice.kind) {
    case ToolChoice::Kind::Unset:
    case ToolChoice::Kind::Auto:
        return true;
    case ToolChoice::Kind::None:
        fidelity.approximated("tool_choice", "the tools are left out");
        return false;
    default:
        fidelity.dropped("tool_choice", "the model always chooses itself");
        return true;
    }
}

void reportReasoning(const Reasoning &reasoning, Fidelity &fidelity)
{
    const bool asks = reasoning.effort != Reasoning::Effort::Unset || reasoning.budget ||
                      reasoning.isAdaptive || reasoning.isEnabled.value_or(false);
    if (asks && reasoning.effort != Reasoning::Effort::None) {
        fidelity.dropped("reasoning_effort", "the model does not think");
    }
}

} // namespace

std::string
cohereBody(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity)
{
    reportUnsaid(request, true, fidelity);
    reportReasoning(request.reasoning, fidelity);
    json::JsonWriter out;
    beginBody(out, context, "COHERE");
    writeStream(out, request);
    out.integer("maxTokens", maxTokensOf(request, context));
    writeSampling(out, request);
    writeStops(out, "stopSequences", request);
    writeCohereFormat(out, request.format, fidelity);
    if (sendsTools(request.toolChoice, fidelity)) {
        writeCohereTools(out, request, fidelity);
    }
    writeCohereConversation(out, request, fidelity);
    out.endObject().endObject();
    return out.take();
}

} // namespace meridian::provider::oci
