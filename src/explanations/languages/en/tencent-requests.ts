import type { tencentRequestCodes } from "../../catalogue/tencent.ts";
import type { ProblemSentences } from "../../language.ts";

export const tencentRequests = {
  "TENCENT.InvalidParameter": {
    title: "Something was wrong",
    said: "Something that I told the speech service was wrong.",
    operator: "A parameter is wrong. The message of the service names it.",
  },
  "TENCENT.InvalidParameter.ErrorContentlength": {
    title: "A wrong size",
    said: "I told the speech service a wrong size for this recording.",
    operator: "DataLen must be the number of bytes before Base64. Please report it.",
  },
  "TENCENT.InvalidParameter.ErrorParamsMissing": {
    title: "Something was forgotten",
    said: "I forgot to tell the speech service something that it needs.",
    operator: "Parameters are missing. Please report it.",
  },
  "TENCENT.InvalidParameter.ErrorParsequest": {
    title: "Couldn't be read",
    said: "The speech service couldn't read my request.",
    operator: "The request data could not be parsed. Look for a proxy that rewrites it.",
  },
  "TENCENT.InvalidParameter.FileEncode": {
    title: "Packed in an unknown way",
    said: "The sound in this file is packed in a way that the speech service can't unpack.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "The encoding of the file is wrong. Convert it.",
  },
  "TENCENT.InvalidParameter.InvalidVocabState": {
    title: "The list isn't ready",
    said: "The list of special words isn't ready to be used.",
    operator: "The state of the hot-word table is invalid. Check it on the console.",
  },
  "TENCENT.InvalidParameter.ModelState": {
    title: "The model isn't ready",
    said: "The custom speech model isn't ready to be used.",
    operator: "The state of the model does not allow this. Check it on the console.",
  },
  "TENCENT.InvalidParameterValue": {
    title: "A value that can't be",
    said: "One value that I gave the speech service can't be.",
    operator: "The value of a parameter is wrong. The message of the service names it.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidAppid": {
    title: "An unknown account number",
    said: "The speech service doesn't know the account number I was given.",
    operator: "The AppId is invalid. Correct it.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidClientip": {
    title: "A doubtful address",
    said: "The speech service doubts the address I call from.",
    operator: "The client address is invalid. Look for a proxy that adds one.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidEngservice": {
    title: "No such model",
    said: "There is no speech model by the name I was given.",
    operator: "The engine (EngSerViceType) is unknown. Use one that is listed, as 16k_en.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidProjectid": {
    title: "An unknown project",
    said: "The speech service doesn't know the project I was given.",
    operator: "ProjectId is invalid. Send 0, or leave it out.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidRequestid": {
    title: "A number it dislikes",
    said: "The speech service didn't take the number on my request.",
    operator: "RequestId is invalid. Please report it.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidSourcetype": {
    title: "Which way?",
    said: "I didn't make clear how the recording would reach the speech service.",
    operator: "SourceType must be 0 (link) or 1 (data). Please report it.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidSubservicetype": {
    title: "Not on the menu",
    said: "I asked for a kind of listening that the speech service doesn't offer.",
    operator: "SubServiceType is invalid. Send 2, or leave it out.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidUrl": {
    title: "A link nobody can follow",
    said: "The link to the recording can't be followed from outside.",
    operator:
      "The URL is invalid or not public: no firewall, no private address, and it must be downloadable.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidUseraudiokey": {
    title: "A label that is not allowed",
    said: "The label that I put on this recording isn't allowed.",
    operator: "UsrAudioKey is invalid. Send any text, or leave it out.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidVoiceFormat": {
    title: "An unknown type was announced",
    said: "The speech service doesn't know the type of file that I announced.",
    operator: "VoiceFormat must be wav, pcm, ogg-opus, speex, silk, mp3, m4a, aac or amr.",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidVoicedata": {
    title: "Something is wrong with the sound",
    said: "There is something wrong with the sound in this recording.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "The audio data is invalid. Check the audio, and that its Base64 has no line breaks.",
  },
  "TENCENT.InvalidParameterValue.ErrorVoicedataTooLong": {
    title: "Longer than it takes",
    said: "This recording is longer than the speech service takes at once.",
    action: "Please send it in shorter pieces.",
    operator: "The audio is over the time limit (60 s for a sentence). Lower the length of the clips.",
  },
  "TENCENT.InvalidParameterValue.InvalidParameterLength": {
    title: "Too long or too short a detail",
    said: "Something that I told the speech service is too long, or too short.",
    operator: "The length of a parameter is invalid.",
  },
  "TENCENT.InvalidParameterValue.InvalidVocabId": {
    title: "An unknown list of words",
    said: "The speech service doesn't know the list of special words I was given.",
    operator: "HotwordId names no hot-word table. Correct it.",
  },
  "TENCENT.InvalidParameterValue.InvalidVocabState": {
    title: "A list that has to wait",
    said: "The list of special words can't be used in the state it is in.",
    operator: "The state of the hot-word table is invalid. Check it on the console.",
  },
  "TENCENT.InvalidParameterValue.InvalidWordWeight": {
    title: "A weight that cannot be",
    said: "A special word was given a weight that can't be.",
    operator: "Weights of hot words are 1 to 11, or 100.",
  },
  "TENCENT.InvalidParameterValue.InvalidWordWeightStr": {
    title: "A word written wrongly",
    said: "A special word isn't written the way it should be.",
    operator: "The text of a hot word is invalid. Correct it.",
  },
  "TENCENT.InvalidParameterValue.ModelId": {
    title: "An unknown model",
    said: "The custom speech model that I was given doesn't exist.",
    operator: "CustomizationId names no model. Correct it.",
  },
  "TENCENT.InvalidParameterValue.NoHumanVoice": {
    title: "No human voice",
    said: "The speech service heard no human voice in this recording.",
    action: "Please check that there is speech in it.",
    operator: "No human voice was found in the audio.",
  },
  "TENCENT.InvalidParameterValue.ToState": {
    title: "A change that can't be",
    said: "The custom speech model can't be changed the way that was asked.",
    operator: "The state asked for the model is invalid.",
  },
  "TENCENT.MissingParameter": {
    title: "A detail was missing",
    said: "A detail that the speech service needs was missing.",
    operator: "A parameter is missing. Please report it.",
  },
  "TENCENT.UnknownParameter": {
    title: "A detail too many",
    said: "I told the speech service a detail that it has no use for.",
    operator: "A parameter is unknown. Please report it.",
  },
  "TENCENT.InvalidAction": {
    title: "Something it can't do",
    said: "I asked the speech service for something that it can't do.",
    operator: "The action is unknown there. Check the endpoint: not every site offers every interface.",
  },
  "TENCENT.NoSuchVersion": {
    title: "An unknown version",
    said: "I spoke to the speech service in a version that it doesn't know.",
    operator: "The API version is unknown: it is 2019-06-14. Check the endpoint.",
  },
} as const satisfies Record<keyof typeof tencentRequestCodes, ProblemSentences>;
