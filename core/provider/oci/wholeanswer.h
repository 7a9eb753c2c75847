// SPDX-License-Identifier: MIT
// The frame of a whole answer: where the chat's answer stands, and what is no answer at all.
#pragma once

#include "core/json/value.h"
#include "core/provider/answerwriter.h"
#include "core/provider/oci/answerparts.h"
#include "core/provider/oci/ocierror.h"

namespace meridian::provider::oci {

/// Calls `read(chatResponse)`, which returns false when that is no answer, between start and end.
template <typename Read>
void readWholeAnswer(json::Value body, AnswerWriter &writer, Read read)
{
    if (isError(body)) {
        writer.fail(errorOf(body, 0));
        return;
    }
    const json::Value answer = body["chatResponse"].isObject() ? body["chatResponse"] : body;
    if (isError(answer)) {
        writer.fail(errorOf(answer, 0));
        return;
    }
    writer.start(startOf(body, answer));
    if (!read(answer)) {
        writer.fail(StreamDefect::NotJson, "the provider's answer is not understood");
        return;
    }
    readUsage(answer["usage"], writer);
    if (!writer.hasEnded()) {
        writer.end();
    }
}

} // namespace meridian::provider::oci
