// SPDX-License-Identifier: MIT
#include "core/provider/gemini/requestreader.h"

#include "core/provider/gemini/configreader.h"
#include "core/provider/gemini/partreader.h"
#include "core/provider/gemini/toolreader.h"

namespace meridian::provider::gemini {

namespace {

/// A thought that another vendor signed came to the client in pieces, the signature last: what was
/// signed is the whole of them.
void joinSignedThought(std::vector<Part> &parts, Part &part)
{
    if (part.kind != Part::Kind::Thinking || part.signature.empty() ||
        part.signedBy == Vendor::Google) {
        return;
    }
    std::size_t first = parts.size();
    while (first > 0 && parts[first - 1].kind == Part::Kind::Thinking &&
           parts[first - 1].signature.empty() && parts[first - 1].extras.empty()) {
        --first;
    }
    std::string text;
    for (std::size_t i = first; i < parts.size(); ++i) {
        text.append(parts[i].text);
    }
    part.text.insert(0, text);
    parts.resize(first);
}

void readParts(Fields &content,
               Role role,
               std::size_t index,
               PartReader &reader,
               ChatRequest &request,
               Problem &problem)
{
    const std::string path = content.pathOf("parts");
    Turn turn;
    turn.role = role;
    std::size_t number = 0;
    const json::Value parts = content.array("parts");
    content.rest(turn.extras);
    parts.elements([&](json::Value value) {
        const std::string at = elementOf(path, number);
        Part part = reader.read(value, index, number++, at);
        const bool isResult = part.kind == Part::Kind::ToolResult;
        if (isResult && role != Role::User) {
            problem.say(at, "only the user's contents hold function responses");
        } else if (part.kind == Part::Kind::ToolCall && role != Role::Assistant) {
            problem.say(at, "only the model's contents hold function calls");
        }
        const Role wanted = isResult ? Role::Tool : role;
        if (wanted != turn.role && !turn.parts.empty()) { // results and words in one content
            request.turns.push_back(std::move(turn));
            turn = Turn();
        }
        turn.role = wanted;
        joinSignedThought(turn.parts, part);
        turn.parts.push_back(std::move(part));
    });
    request.turns.push_back(std::move(turn));
}

Role roleOf(Fields &content)
{
    const std::string role = content.string("role");
    if (role == "model") {
        return Role::Assistant;
    }
    if (!role.empty() && role != "user" && role != "function") {
        content.wrong("role", "must be \"user\" or \"model\"");
    }
    return Role::User;
}

void readContents(Fields &body, PartReader &reader, ChatRequest &request, Problem &problem)
{
    const json::Value contents = body.array("contents");
    const std::string path = body.pathOf("contents");
    std::size_t index = 0;
    contents.elements([&](json::Value value) {
        Fields content(value, elementOf(path, index), problem);
        const Role role = roleOf(content);
        readParts(content, role, index++, reader, request, problem);
    });
}

} // namespace

void readRequest(json::Value value, const std::string &path, ChatRequest &request, Problem &problem)
{
    Fields body(value, path, problem);
    PartReader reader(problem);
    if (const json::Value system = body.object("systemInstruction"); !system.isMissing()) {
        Fields content(system, body.pathOf("systemInstruction"), problem);
        static_cast<void>(content.string("role")); // whatever it says has no meaning here
        readParts(content, Role::System, 0, reader, request, problem);
    }
    readContents(body, reader, request, problem);
    readTools(body, request, problem);
    readConfig(body, request, problem);
    const std::string model = body.string("model");
    if (request.model.empty()) {
        request.model = model.starts_with("models/") ? model.substr(7) : model;
    }
    if (const json::Value labels = body.object("labels"); !labels.isMissing()) {
        request.metadata = labels.raw();
    }
    body.rest(request.extras);
}

} // namespace meridian::provider::gemini
